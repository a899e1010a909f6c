import type { EventPlace, Store, StoredEvent } from '../store/store.ts'

/** How often the store is asked when nothing wakes the tail: other collectors write to the same database. */
const POLL_MS = 500

/** Commits closer together than this are shown together. */
const PAUSE_MS = 100

const PAGE_EVENTS = 200

export interface TailOptions {
  readonly store: Pick<Store, 'after'>
}

export interface Tail {
  /** Something was stored: streams read on at once. */
  wake(): void
  /**
   * The project's events as they are stored, some at a time, after `from`; none, twice a second, while nothing is
   * stored. Ends when `signal` aborts or the tail closes; throws when the store fails.
   */
  follow(project: string, from: EventPlace, signal: AbortSignal): AsyncGenerator<readonly StoredEvent[]>
  /** Ends all streams. */
  close(): void
}

/** Follows the store for any number of live streams. */
export function createTail({ store }: TailOptions): Tail {
  const closed = new AbortController()
  const waiting = new Set<() => void>()

  /** Until something is stored, the poll is due, or `signal` aborts. */
  function news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        waiting.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, POLL_MS)
      waiting.add(done)
      signal.addEventListener('abort', done)
      if (signal.aborted) done()
    })
  }

  return {
    wake() {
      for (const done of waiting) done()
    },
    async *follow(project, from, given) {
      const signal = AbortSignal.any([given, closed.signal])
      let cursor = from
      while (!signal.aborted) {
        const events = await store.after(project, cursor, PAGE_EVENTS)
        cursor = events.at(-1) ?? cursor
        yield events
        if (events.length < PAGE_EVENTS) await news(signal)
        if (!signal.aborted) await pause(PAUSE_MS)
      }
    },
    close: () => closed.abort(),
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
