import type { Store } from './store/store.ts'
import { utcDay } from './store/utc-day.ts'

const DAY_MS = 86_400_000

/** How often old events are looked for. */
const INTERVAL_MS = 6 * 3_600_000

export interface RetentionOptions {
  readonly store: Pick<Store, 'expire'>
  /** Whole days that events are kept. */
  readonly days: number
  readonly now: () => number
  readonly onError: (error: unknown) => void
}

/** Removes events older than `days`, now and four times a day. @returns how to stop; resolves when none is under way. */
export function startRetention({ store, days, now, onError }: RetentionOptions): () => Promise<void> {
  let running = Promise.resolve()
  function expire(): void {
    running = running.then(() => store.expire(utcDay(now() - days * DAY_MS))).catch(onError)
  }
  expire()
  const timer = setInterval(expire, INTERVAL_MS).unref()
  return () => {
    clearInterval(timer)
    return running
  }
}
