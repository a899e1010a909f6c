import type { LogEntry } from '../log-entry.ts'
import { createOutgoingFetch } from '../outgoing-fetch.ts'
import type { Store } from '../store/store.ts'
import { startOf } from './conditions.ts'
import { createMeter } from './meter.ts'
import { postNotice } from './post-notice.ts'
import { type AlertOptions, readThresholds } from './settings.ts'
import { HISTORY_HOURS, HOUR_MS } from './traffic-drop.ts'
import { createWatch } from './watch.ts'

/** How often it is looked how things are. */
const INTERVAL_MS = 60_000

export interface StartAlertsOptions {
  readonly store: Store
  /** Absent: hours are counted, so that it is known later what is usual, and nobody is told of anything. */
  readonly options: AlertOptions | undefined
  readonly now: () => number
  readonly log: (entry: LogEntry) => void
}

export interface Alerts {
  /** The same store, of which is counted what it stores. */
  readonly store: Store
  /** Counts an answer to a request that brought something. */
  answered(status: number): void
  /** Starts looking, now and once a minute. */
  begin(): void
  /** Stops, and writes what was counted. Messages under way are given up; another start tells them. */
  stop(): Promise<void>
}

/**
 * Counts what arrives and tells somebody when something is wrong, beside the work of the collector, which never waits for it.
 *
 * @throws TypeError when the options are malformed.
 */
export function createAlerts({ store, options, now, log }: StartAlertsOptions): Alerts {
  const meter = createMeter(now)
  const stopping = new AbortController()
  let forgottenBefore = 0
  let running: Promise<void> | undefined
  /** Whether the store answered at the last look. */
  let answers = false
  let timer: NodeJS.Timeout | undefined

  async function record(): Promise<true> {
    await meter.write(store.addTraffic)
    const oldest = startOf(now()) - (HISTORY_HOURS + 1) * HOUR_MS
    if (oldest === forgottenBefore) return true
    await store.forgetTraffic(oldest)
    forgottenBefore = oldest
    return true
  }

  const fetch = createOutgoingFetch(process.env)
  const look = options === undefined ? record : watchOf(options)

  function watchOf(given: AlertOptions): () => Promise<boolean> {
    const { look: lookOnce } = createWatch({
      store,
      record,
      unwritten: meter.unwritten,
      thresholds: readThresholds(given),
      post: (notice) => postNotice(notice, given, { fetch, now: now(), signal: stopping.signal }),
      now,
      log,
    })
    return lookOnce
  }

  /** One at a time: a database that is slow is not asked more and more. */
  function lookNow(): void {
    running ??= look()
      .catch((error: unknown) => {
        log({ level: 'error', message: `what arrived was not counted: ${error}` })
        return false
      })
      .then((answered) => {
        answers = answered
        running = undefined
      })
  }

  return {
    store: meter.watched(store),
    answered: meter.answered,
    begin() {
      timer = setInterval(lookNow, INTERVAL_MS).unref()
      lookNow()
    },
    async stop() {
      clearInterval(timer)
      stopping.abort()
      await running
      // One that is frozen would hold up the end for as long as a write may take.
      if (answers) await meter.write(store.addTraffic).catch(() => undefined)
    },
  }
}
