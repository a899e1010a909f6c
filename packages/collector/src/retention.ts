import type { Store } from './store/store.ts'
import { utcDay } from './store/utc-day.ts'

const DAY_MS = 86_400_000

/** How often old events are looked for. */
const INTERVAL_MS = 6 * 3_600_000

export interface RetentionOptions {
  readonly store: Pick<Store, 'expire'>
  /** Whole days that events are kept; undefined: for ever. */
  readonly days: number | undefined
  /** Of the projects that have their own. */
  readonly daysOfProjects: { readonly [project: string]: number }
  readonly now: () => number
  readonly onError: (error: unknown) => void
}

/** Removes events older than they are kept, now and four times a day. @returns how to stop; resolves when none is under way. */
export function startRetention({ store, days, daysOfProjects, now, onError }: RetentionOptions): () => Promise<void> {
  let running = Promise.resolve()
  const dayBefore = (kept: number) => utcDay(now() - kept * DAY_MS)

  async function expireNow(): Promise<void> {
    const own = Object.entries(daysOfProjects).map(([project, kept]) => [project, dayBefore(kept)] as const)
    await store.expire(days === undefined ? null : dayBefore(days), Object.fromEntries(own))
  }

  function expire(): void {
    running = running.then(expireNow).catch(onError)
  }
  expire()
  const timer = setInterval(expire, INTERVAL_MS).unref()
  return () => {
    clearInterval(timer)
    return running
  }
}
