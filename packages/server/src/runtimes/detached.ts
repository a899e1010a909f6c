import { AsyncLocalStorage } from 'node:async_hooks'

/** The context in which this module was loaded: no request's, unless somebody loads it in one. */
const outside = AsyncLocalStorage.snapshot()

/**
 * Runs something outside the caller's `AsyncLocalStorage` stores: what serves the events of many requests belongs to none,
 * and would keep the first one's stores alive.
 */
export function detached(run: () => void): void {
  outside(run)
}
