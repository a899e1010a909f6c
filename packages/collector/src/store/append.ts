import { isAddressId } from './address-id.ts'
import { createBillingAppend } from './billing-append.ts'
import type { Counters } from './counters.ts'
import { DERIVED_COLUMNS } from './derived-columns.ts'
import type { Columns, ColumnType, SqlDriver, SqlSession } from './driver.ts'
import { type Ledger, ledgerHash } from './ledger.ts'
import { earliestOfEach, keepEarliest, SIGHTING_COLUMNS, type Sighting, sightingOf } from './sightings.ts'
import type { AppendOutcome, Count, EventRow, Store } from './store.ts'
import { utcDay } from './utc-day.ts'

const EVENT_COLUMNS = {
  project: 'VARCHAR',
  event: 'VARCHAR',
  event_id: 'VARCHAR',
  anonymous_id: 'VARCHAR',
  user_id: 'VARCHAR',
  session_id: 'VARCHAR',
  ts: 'BIGINT',
  sent_at: 'BIGINT',
  received_at: 'BIGINT',
  day: 'INTEGER',
  value: 'BIGINT',
  currency: 'VARCHAR',
  email: 'VARCHAR',
  ...DERIVED_COLUMNS,
  user_agent: 'VARCHAR',
  client_hints: 'VARCHAR',
  other_id: 'VARCHAR',
  payment_ref: 'VARCHAR',
  refund_ref: 'VARCHAR',
  refunded_total: 'BIGINT',
  released: 'BIGINT',
  told_by: 'VARCHAR',
  account: 'VARCHAR',
  livemode: 'INTEGER',
  sender: 'VARCHAR',
  body: 'VARCHAR',
} as const satisfies { [Column in Exclude<keyof EventRow, 'addressId' | 'billing'>]: ColumnType }

const LINK_COLUMNS: Columns = { project: 'VARCHAR', anonymous_id: 'VARCHAR', user_id: 'VARCHAR', ...SIGHTING_COLUMNS }

const ALIAS_COLUMNS: Columns = {
  project: 'VARCHAR',
  previous_id: 'VARCHAR',
  anonymous_id: 'VARCHAR',
  user_id: 'VARCHAR',
  ...SIGHTING_COLUMNS,
}

interface Link extends Sighting {
  readonly project: string
  readonly anonymous_id: string
  readonly user_id: string
}

interface Alias extends Link {
  readonly previous_id: string
  /** Empty when there is a user. */
  readonly anonymous_id: string
  /** Empty when there is none. */
  readonly user_id: string
}

export interface AppendOptions {
  readonly driver: SqlDriver
  readonly ledger: Pick<Ledger, 'claim'>
  readonly counters: Counters
  readonly now: () => number
}

/**
 * The one way events get in: keys first, then the events and links of those keys that were new.
 *
 * @returns for `rows`, in their order, what became of each.
 */
export function createAppend({ driver, ledger, counters, now }: AppendOptions): Store['append'] {
  const insertEvents = `INSERT INTO events (${names(EVENT_COLUMNS)}, stored_at, position)
    SELECT ${names(EVENT_COLUMNS)}, CAST($2 AS BIGINT), CAST($3 AS BIGINT) FROM ${driver.rowsFrom('$1', EVENT_COLUMNS)}`
  const insertLinks = `INSERT INTO identity_links (${names(LINK_COLUMNS)})
    SELECT ${names(LINK_COLUMNS)} FROM ${driver.rowsFrom('$1', LINK_COLUMNS)}
    ON CONFLICT (project, anonymous_id, user_id) ${keepEarliest('identity_links')}`
  const insertAliases = `INSERT INTO identity_aliases (${names(ALIAS_COLUMNS)})
    SELECT ${names(ALIAS_COLUMNS)} FROM ${driver.rowsFrom('$1', ALIAS_COLUMNS)}
    ON CONFLICT (project, previous_id, anonymous_id, user_id) ${keepEarliest('identity_aliases')}`

  const appendBilling = createBillingAppend(driver)

  /** @returns the rows that were stored now, by their keys. */
  async function writeEvents(session: SqlSession, rows: ReadonlyMap<string, EventRow>) {
    const position = await driver.takePosition(session)
    const claimed = await ledger.claim(session, rows, position)
    const fresh = new Map([...rows].filter(([key]) => claimed.has(key)))
    if (fresh.size === 0) return fresh
    await session.query(insertEvents, [JSON.stringify([...fresh.values()].map(toColumns)), now(), position])
    return fresh
  }

  async function writeLinks(session: SqlSession, rows: readonly EventRow[]): Promise<void> {
    const links = linksOf(rows)
    if (links.length > 0) await session.query(insertLinks, [JSON.stringify(links)])
    const aliases = aliasesOf(rows)
    if (aliases.length > 0) await session.query(insertAliases, [JSON.stringify(aliases)])
  }

  return async (rows, counts = []) => {
    if (rows.length === 0 && counts.length === 0) return []
    const keys = rows.map(ledgerHash)
    const firsts = firstOfEach(rows, keys)
    await driver.prepareDays(new Set([...firsts.values()].map(({ day }) => day)))
    // The order of the steps is the order of locks, here and where people are forgotten.
    return driver.ingest(async (session) => {
      const fresh = firsts.size > 0 ? await writeEvents(session, firsts) : new Map<string, EventRow>()
      const refused = await appendBilling(session, rows, new Set(fresh.values()))
      await writeLinks(
        session,
        [...fresh.values()].filter((row) => !refused.has(row)),
      )
      const unclaimed = new Map(fresh)
      const outcomes = rows.map((row, index): AppendOutcome => {
        if (isRefusal(row)) return true
        if (refused.has(row)) return 'refused'
        // The row that came first with a fresh key; the rest are duplicates.
        const key = keys[index] ?? ''
        return unclaimed.get(key) === row && unclaimed.delete(key)
      })
      const having = (outcome: AppendOutcome) => rows.filter((_, index) => outcomes[index] === outcome)
      await counters.add(session, [
        ...counts,
        ...countDuplicates(having(false)),
        ...countRefused(having('refused')),
        ...countBots(having(true)),
      ])
      return outcomes
    })
  }
}

/** Of the rows with one key, the one to store: a server's before any from a public key. */
function firstOfEach(rows: readonly EventRow[], keys: readonly string[]): ReadonlyMap<string, EventRow> {
  const firsts = new Map<string, EventRow>()
  rows.forEach((row, index) => {
    if (isRefusal(row)) return
    const key = keys[index] ?? ''
    const known = firsts.get(key)
    if (!known || (known.sender !== 'sk' && row.sender === 'sk')) firsts.set(key, row)
  })
  return firsts
}

/** What only says that something may not be kept is no event, and is taken as often as it is sent. */
function isRefusal({ billing }: EventRow): boolean {
  return billing?.refuses === true
}

function toColumns({ addressId, billing, ...columns }: EventRow): Omit<EventRow, 'addressId' | 'billing'> {
  return columns
}

function countDuplicates(duplicates: readonly EventRow[]): Count[] {
  return duplicates.map(({ project, event, received_at }) => ({
    project,
    day: utcDay(received_at),
    kind: 'duplicate',
    name: event,
    count: 1,
  }))
}

/** They are stored, and reports leave them out: here is how many that are. */
function countBots(stored: readonly EventRow[]): Count[] {
  return stored.flatMap(({ project, bot, received_at }) =>
    bot === null ? [] : { project, day: utcDay(received_at), kind: 'bot', name: bot, count: 1 },
  )
}

/** As what the sender is told: see `refusedPayment` of ingestion. */
function countRefused(refused: readonly EventRow[]): Count[] {
  return refused.map(({ project, received_at }) => ({
    project,
    day: utcDay(received_at),
    kind: 'invalid',
    name: 'consent_denied',
    count: 1,
  }))
}

/** Which visitor was seen with which user, and when first; an address that joins people is seen like a visitor. */
function linksOf(rows: Iterable<EventRow>): Link[] {
  return earliestOfEach(
    Array.from(rows).flatMap((row) => {
      const { project, user_id } = row
      if (user_id === null) return []
      return visitorsOf(row).map((anonymous_id) => ({ project, anonymous_id, user_id, ...sightingOf(row) }))
    }),
  )
}

/** What a page says of an address as if it were a visitor is kept from those who have it. */
function visitorsOf({ anonymous_id, addressId, sender }: EventRow): readonly string[] {
  const visitor = anonymous_id === null || (sender === 'pk' && isAddressId(anonymous_id)) ? [] : [anonymous_id]
  return addressId === undefined || addressId === anonymous_id ? visitor : [...visitor, addressId]
}

/** Which ids `$alias` events say that somebody had before, and which visitors have an address that joins them. */
function aliasesOf(rows: Iterable<EventRow>): Alias[] {
  return earliestOfEach(Array.from(rows).flatMap((row) => [...aliasOf(row), ...addressOf(row)]))
}

function aliasOf(row: EventRow): Alias[] {
  const { event, project, other_id, anonymous_id, user_id, sender } = row
  if (event !== '$alias' || other_id === null) return []
  const whose = { anonymous_id: user_id === null ? (anonymous_id ?? '') : '', user_id: user_id ?? '' }
  if (sender === 'pk' && [other_id, whose.anonymous_id].some(isAddressId)) return []
  return [{ project, previous_id: other_id, ...whose, ...sightingOf(row) }]
}

/** Whose visitor a user is stands in a link. */
function addressOf(row: EventRow): Alias[] {
  const { project, anonymous_id, user_id, addressId } = row
  if (addressId === undefined || anonymous_id === null || user_id !== null) return []
  return [{ project, previous_id: anonymous_id, anonymous_id: addressId, user_id: '', ...sightingOf(row) }]
}

function names(columns: Columns): string {
  return Object.keys(columns).join(', ')
}
