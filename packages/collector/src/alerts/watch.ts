import type { LogEntry } from '../log-entry.ts'
import type { Store } from '../store/store.ts'
import { StoreError } from '../store/store-error.ts'
import type { StoredAlert, TrafficCount } from '../store/stored-alerts.ts'
import { createAlertBook } from './alert-book.ts'
import { errorConditions, type Observed, ownConditions, startOf, trafficConditions } from './conditions.ts'
import { type Condition, claimed, isLastAttempt, nextAlert, settled } from './incident.ts'
import { type Notice, noticeOf } from './notice.ts'
import type { Thresholds } from './settings.ts'
import { HISTORY_HOURS, HOUR_MS } from './traffic-drop.ts'

/** What other collectors counted of an hour is there when it is so old. */
const COUNTED_AFTER_MS = 120_000

/** Posts at once. More are told a minute later. */
const AT_ONCE = 20

export interface WatchOptions {
  readonly store: Store
  /** Writes what this process has counted. */
  readonly record: () => Promise<unknown>
  /** What it has counted and could not write yet. */
  readonly unwritten: () => readonly TrafficCount[]
  readonly thresholds: Thresholds
  /** Posts a message and tells what went wrong; undefined when it was taken. Never rejects. */
  readonly post: (notice: Notice) => Promise<string | undefined>
  readonly now: () => number
  readonly log: (entry: LogEntry) => void
}

export interface Watch {
  /**
   * Looks how things are, notes what began and what ended, and tells what is due.
   *
   * @returns whether the store answered.
   */
  look(): Promise<boolean>
}

/** Everything about alerts but the timer: what is seen, what follows from it, and who tells it. */
export function createWatch({ store, record, unwritten, thresholds, post, now, log }: WatchOptions): Watch {
  const book = createAlertBook(store)
  /** How often in a row the store did not answer. */
  let awayTimes = 0
  /** The end of the last hour whose traffic was judged. */
  let judgedUntil = 0

  async function look(): Promise<boolean> {
    try {
      await book.refresh()
      await record()
      const observed = await observe(await recentCounts())
      await note([...ownConditions(observed), ...errorConditions(observed)])
      await judgeLastHour()
      awayTimes = 0
    } catch (error) {
      if (!(error instanceof StoreError)) log({ level: 'error', message: `alerts could not be judged: ${error}` })
      awayTimes += 1
      book.leave()
      // What this process has counted itself is all there is now.
      await note(ownConditions({ ...(await observe(unwritten())), awayTimes }))
    }
    await tellWhatIsDue()
    return awayTimes === 0
  }

  async function recentCounts(): Promise<readonly TrafficCount[]> {
    const hour = startOf(now())
    return await store.traffic({ from: hour - HOUR_MS, to: hour })
  }

  async function observe(counts: readonly TrafficCount[]): Promise<Observed> {
    return { now: now(), alerts: book.all(), counts, thresholds, awayTimes: 0, freeBytes: await store.freeBytes() }
  }

  async function judgeLastHour(): Promise<void> {
    const until = startOf(now() - COUNTED_AFTER_MS)
    if (until === judgedUntil) return
    const hours = { from: until - HISTORY_HOURS * HOUR_MS, to: until }
    for (const project of await store.trafficProjects(hours.from)) {
      const counts = await store.traffic(hours, project)
      await note(trafficConditions({ project, counts, alerts: book.all(), thresholds, until }))
    }
    judgedUntil = until
  }

  async function note(conditions: readonly Condition[]): Promise<void> {
    for (const condition of conditions) {
      const next = nextAlert(book.find(condition.subject), condition, now())
      if (!next || !(await book.change(next))) continue
      const what = next.endedAt === null ? 'began' : 'is over'
      log({ level: 'warn', message: `alert ${next.subject} ${what}`, ...condition.figures })
    }
  }

  async function tellWhatIsDue(): Promise<void> {
    const due = book.all().flatMap((alert) => claimed(alert, now()) ?? [])
    await Promise.all(due.slice(0, AT_ONCE).map(tell))
  }

  async function tell(alert: StoredAlert): Promise<void> {
    // Of several collectors, one takes the try.
    if (!(await change(alert))) return
    const failure = await post(noticeOf(alert))
    if (failure !== undefined) {
      log({ level: 'error', message: `alert ${alert.subject} was not told: ${failure}`, attempt: alert.attempts })
      if (!isLastAttempt(alert)) return
    }
    await change(settled(alert))
  }

  /** A store that went away meanwhile must not keep anybody from being told. */
  async function change(next: StoredAlert): Promise<boolean> {
    try {
      return await book.change(next)
    } catch {
      book.leave()
      return await book.change(next)
    }
  }

  return { look }
}
