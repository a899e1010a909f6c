import type { JsonObject } from '@threadline/schema'
import { mergeTraits } from '../traits.ts'
import type { SqlDriver, SqlRow, SqlValue } from './driver.ts'

/** Read and held at once. */
const PAGE_EVENTS = 1_000

/** Events that are looked at for what they tell of somebody: more than anybody is told of, and a bound to what a read costs. */
const MAX_DESCRIPTIONS = 10_000

/** What somebody, or a group, is known by. */
export interface Traits {
  readonly traits: JsonObject
  /** True when older events than were looked at may tell traits that no later one does. */
  readonly traitsPartial: boolean
}

export interface DescriptionsQuery {
  /** A table expression with `ts`, `event_id` and `body`, for `values`. */
  readonly from: string
  readonly values: readonly SqlValue[]
  /** The traits that an event tells, from its row. */
  readonly traitsOf: (row: SqlRow) => unknown
}

/** Merges what events of one name tell, the latest first and a page at a time: of each trait the latest value. */
export async function readTraits(driver: SqlDriver, { from, values, traitsOf }: DescriptionsQuery): Promise<Traits> {
  const [ts, id, limit] = [1, 2, 3].map((place) => `$${values.length + place}`)
  const text = `SELECT ts, event_id, body FROM ${from} WHERE (ts, event_id) < (${ts}, ${id})
    ORDER BY ts DESC, event_id DESC LIMIT ${limit}`
  let traits: JsonObject = {}
  let before: readonly [ts: number, eventId: string] = [Number.MAX_SAFE_INTEGER, '']
  for (let seen = 0; seen < MAX_DESCRIPTIONS; seen += PAGE_EVENTS) {
    const rows = await driver.query(text, [...values, ...before, PAGE_EVENTS])
    traits = mergeTraits([traits, ...rows.map(traitsOf)])
    const last = rows.at(-1)
    if (!last || rows.length < PAGE_EVENTS) return { traits, traitsPartial: false }
    before = [Number(last['ts']), String(last['event_id'])]
  }
  const older = await driver.query(text, [...values, ...before, 1])
  return { traits, traitsPartial: older.length > 0 }
}
