import { bounded } from './bounded-sql.ts'
import type { Columns, SqlDriver, SqlRow, SqlSession } from './driver.ts'
import { createForwardReads } from './forward-reads.ts'
import type { EventPlace } from './store.ts'
import {
  endOfPosition,
  FIRST_PLACE,
  type ForwardName,
  type ForwardOutcomes,
  type ForwardStore,
  type StoredForward,
} from './stored-forward.ts'

const COLUMNS = `project, name, position, stored_at, ts, event, event_id, from_ts, begun_at, first_position, goal_position,
  paused_at, holder, beat, trouble, trouble_message, delivered_at`

const OF_ONE = 'project = $1 AND name = $2'

const FIND = `SELECT ${COLUMNS} FROM forwards WHERE ${OF_ONE}`
const LIST = `SELECT ${COLUMNS} FROM forwards WHERE project = $1 ORDER BY name`

const BEGINNING = `position = $3, stored_at = $4, ts = $5, event = $6, event_id = $7, from_ts = $8, begun_at = $9,
  first_position = $3, goal_position = $10`
const ENTER = `INSERT INTO forwards (project, name, position, stored_at, ts, event, event_id, from_ts, begun_at,
    first_position, goal_position, beat)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $3, $10, 0) ON CONFLICT (project, name) DO NOTHING`
const BEGIN = `UPDATE forwards SET ${BEGINNING}, holder = NULL, beat = beat + 1 WHERE ${OF_ONE} RETURNING name`

const CLAIM = `UPDATE forwards SET holder = $3, beat = beat + 1 WHERE ${OF_ONE} AND beat = $4 RETURNING ${COLUMNS}`
const BEAT = `UPDATE forwards SET beat = beat + 1 WHERE ${OF_ONE} AND holder = $3 RETURNING ${COLUMNS}`
const NOTE = `UPDATE forwards SET beat = beat + 1, position = $4, stored_at = $5, ts = $6, event = $7, event_id = $8,
    trouble = $9, trouble_message = $10, delivered_at = coalesce($11, delivered_at)
  WHERE ${OF_ONE} AND holder = $3 RETURNING ${COLUMNS}`
const RELEASE = `UPDATE forwards SET holder = NULL, beat = beat + 1 WHERE ${OF_ONE} AND holder = $3`
const PAUSE = `UPDATE forwards SET paused_at = $3 WHERE ${OF_ONE} RETURNING name`

const COUNT_COLUMNS: Columns = {
  project: 'VARCHAR',
  name: 'VARCHAR',
  day: 'INTEGER',
  outcome: 'VARCHAR',
  count: 'BIGINT',
}

const COUNTS = `SELECT name, outcome, ${bounded('sum(count)')} AS count FROM forward_counts
  WHERE project = $1 AND day >= $2 AND day <= $3 GROUP BY name, outcome ORDER BY name, outcome`

/** How far events have been forwarded, who forwards, and what became of them. */
export function createForwards(driver: SqlDriver): ForwardStore {
  const reads = createForwardReads(driver)
  const names = Object.keys(COUNT_COLUMNS).join(', ')
  const addCounts = `INSERT INTO forward_counts (${names}) SELECT ${names} FROM ${driver.rowsFrom('$1', COUNT_COLUMNS)}
    ON CONFLICT (project, name, day, outcome) DO UPDATE
    SET count = ${bounded(`${bounded('forward_counts.count')} + excluded.count`)}`

  /** The values of `BEGINNING`, after project and name. */
  async function beginning({ project, name }: ForwardName, from: number | null, now: number) {
    const newest = await reads.newest(project)
    const place = from === null ? endOf(newest) : await reads.placeOf(project, from, endOf(newest))
    const { position, storedAt, ts, event, eventId } = place
    return [project, name, position, storedAt, ts, event, eventId, from, now, newest?.position ?? 0]
  }

  async function one(statement: string, values: readonly (string | number | null)[]) {
    const [row] = await driver.inBackground((session) => session.query(statement, values))
    return row && toForward(row)
  }

  async function count(session: SqlSession, { project, name }: ForwardName, counts: readonly ForwardOutcomes[]) {
    if (counts.length === 0) return
    await session.query(addCounts, [JSON.stringify(counts.map((each) => ({ project, name, ...each })))])
  }

  async function find({ project, name }: ForwardName) {
    const [row] = await driver.lookup(FIND, [project, name])
    return row && toForward(row)
  }

  return {
    ...reads,
    find,
    async enter(forward, from, now) {
      if (await find(forward)) return
      const values = await beginning(forward, from, now)
      await driver.inBackground((session) => session.query(ENTER, values))
    },
    async begin(forward, from, now) {
      const values = await beginning(forward, from, now)
      return (await driver.inBackground((session) => session.query(BEGIN, values))).length > 0
    },
    async list(project) {
      return (await driver.lookup(LIST, [project])).map(toForward)
    },
    claim: ({ project, name }, holder, seenBeat) => one(CLAIM, [project, name, holder, seenBeat]),
    note(forward, holder, note) {
      const { project, name } = forward
      if (!note) return one(BEAT, [project, name, holder])
      const { place, trouble, deliveredAt, counts } = note
      const { position, storedAt, ts, event, eventId } = place
      const told = [trouble?.code ?? null, trouble?.message ?? null, deliveredAt]
      const values = [project, name, holder, position, storedAt, ts, event, eventId, ...told]
      return driver.inBackground(async (session) => {
        const [row] = await session.query(NOTE, values)
        if (!row) return undefined
        await count(session, forward, counts)
        return toForward(row)
      })
    },
    async release({ project, name }, holder) {
      await driver.inBackground((session) => session.query(RELEASE, [project, name, holder]))
    },
    async pause({ project, name }, at) {
      return (await driver.inBackground((session) => session.query(PAUSE, [project, name, at]))).length > 0
    },
    async counts(project, { from, to }) {
      const rows = await driver.query(COUNTS, [project, from, to])
      return rows.map((row) => ({
        name: String(row['name']),
        outcome: String(row['outcome']),
        count: Number(row['count']),
      }))
    },
  }
}

function endOf(newest: EventPlace | undefined): EventPlace {
  return newest ? endOfPosition(newest) : FIRST_PLACE
}

function toForward(row: SqlRow): StoredForward {
  const code = textOf(row['trouble'])
  return {
    project: String(row['project']),
    name: String(row['name']),
    place: {
      position: Number(row['position']),
      storedAt: Number(row['stored_at']),
      ts: Number(row['ts']),
      event: String(row['event']),
      eventId: String(row['event_id']),
    },
    from: numberOf(row['from_ts']),
    begunAt: Number(row['begun_at']),
    firstPosition: Number(row['first_position']),
    goalPosition: Number(row['goal_position']),
    pausedAt: numberOf(row['paused_at']),
    holder: textOf(row['holder']),
    beat: Number(row['beat']),
    trouble: code === null ? null : { code, message: textOf(row['trouble_message']) ?? '' },
    deliveredAt: numberOf(row['delivered_at']),
  }
}

function numberOf(value: SqlRow[string] | undefined): number | null {
  return (value ?? null) === null ? null : Number(value)
}

function textOf(value: SqlRow[string] | undefined): string | null {
  return (value ?? null) === null ? null : String(value)
}
