import type { SqlDriver, SqlSession } from './driver.ts'

/**
 * Older events than this go into the partition for the rest: a sender that makes up dates cannot make up tables. An
 * event is never later than the clock, so there is no future to bound.
 */
const MONTHS_BACK = 36

/** Whoever waits for a lock on `events` holds up all who come after: so never for long. */
const LOCK_TIMEOUT = `SET LOCAL lock_timeout = '500ms'`

/** A month that could not be made, for example because a report was reading, is tried again after this. */
const RETRY_MS = 60_000

/**
 * Who brings events waits no longer for their month: the lock that makers of tables share may be held for a migration of all events, and
 * others of this process may be in line for it.
 */
const PATIENCE_MS = 1_000

/** How often a month is tried to be dropped, and the time between. */
const DROP_ATTEMPTS = 5
const DROP_PAUSE_MS = 1_000

/** Keeps `events` in a partition for each month. */
export interface Partitions {
  /**
   * Makes those of `days` when their first event comes. Never fails: events of a month that has none are kept in the
   * partition for the rest, and move when it is made.
   */
  prepare(days: ReadonlySet<number>): Promise<void>
  /** Drops those that end before `day`. One that is read all the time stays: its events are then deleted one by one. */
  dropBefore(day: number): Promise<void>
}

export interface PartitionsOptions extends Pick<SqlDriver, 'query' | 'transaction' | 'exclusively'> {
  /** @defaultValue `Date.now` */
  readonly now?: () => number
}

export function createPartitions({ query, transaction, exclusively, now = Date.now }: PartitionsOptions): Partitions {
  const ready = new Set<number>()
  const triedAt = new Map<number, number>()

  async function create(month: number): Promise<void> {
    await exclusively(() => transaction((session) => createPartition(session, month)))
    ready.add(month)
  }

  async function drop(month: number): Promise<void> {
    ready.delete(month)
    for (let attempt = 1; attempt <= DROP_ATTEMPTS; attempt += 1) {
      try {
        return await exclusively(() =>
          transaction(async (session) => {
            await session.query(LOCK_TIMEOUT)
            await session.query(`DROP TABLE IF EXISTS ${nameOf(month)}`)
          }),
        )
      } catch {
        await new Promise((resolve) => setTimeout(resolve, DROP_PAUSE_MS))
      }
    }
  }

  return {
    async prepare(days) {
      const time = now()
      const oldest = monthsBefore(time, MONTHS_BACK)
      const months = new Set(Array.from(days, (day) => Math.floor(day / 100)))
      for (const month of months) {
        if (month < oldest || ready.has(month)) continue
        if (Math.abs(time - (triedAt.get(month) ?? Number.NEGATIVE_INFINITY)) < RETRY_MS) continue
        triedAt.set(month, time)
        await withinPatience(create(month).catch(() => undefined))
      }
    },
    async dropBefore(day) {
      const rows = await query(
        `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'events'::regclass`,
      )
      for (const { name } of rows) {
        const month = monthOf(String(name))
        if (month !== undefined && nextMonth(month) <= Math.floor(day / 100)) await drop(month)
      }
    },
  }
}

/**
 * The events of the month may be in the partition for the rest already: another collector has dropped the month since this
 * one, or a third, made it. They move, since two partitions cannot both be theirs.
 */
async function createPartition(session: SqlSession, month: number): Promise<void> {
  const [found] = await session.query(`SELECT to_regclass('${nameOf(month)}') IS NOT NULL AS exists`)
  if (found?.['exists'] === true) return
  await session.query(LOCK_TIMEOUT)
  // In the order in which events are stored.
  await session.query('LOCK TABLE ONLY events IN ACCESS EXCLUSIVE MODE')
  await session.query('LOCK TABLE events_other IN ACCESS EXCLUSIVE MODE')
  const [from, to] = [`${month}01`, `${nextMonth(month)}01`]
  const [stray] = await session.query(
    `SELECT 1 AS found FROM events_other WHERE day >= ${from} AND day < ${to} LIMIT 1`,
  )
  if (stray) {
    await session.query('SET LOCAL statement_timeout = 0')
    await session.query(`CREATE TEMPORARY TABLE moving ON COMMIT DROP AS
      SELECT * FROM events_other WHERE day >= ${from} AND day < ${to}`)
    await session.query(`DELETE FROM events_other WHERE day >= ${from} AND day < ${to}`)
  }
  await session.query(`CREATE TABLE ${nameOf(month)} PARTITION OF events FOR VALUES FROM (${from}) TO (${to})`)
  if (stray) await session.query('INSERT INTO events SELECT * FROM moving')
}

/** Resolves when `work` has, or a second later; it goes on then. */
async function withinPatience(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}

function nameOf(month: number): string {
  return `events_${month}`
}

function monthOf(name: string): number | undefined {
  const digits = /^events_(\d{6})$/.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** 202612 to 202701. */
function nextMonth(month: number): number {
  return month % 100 === 12 ? month + 89 : month + 1
}

/** yyyymm, `count` months before the month of `ms`. */
function monthsBefore(ms: number, count: number): number {
  const date = new Date(ms)
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() - count
  return Math.floor(months / 12) * 100 + (months % 12) + 1
}
