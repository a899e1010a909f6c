import { attempt } from './attempt.ts'

/**
 * Runs `task` while this page has a Web Lock, until the promise it returns is settled.
 *
 * False where there are no locks: on insecure pages and in sandboxed frames. `task` does not run then.
 */
export function withLock(name: string, options: LockOptions, task: (lock: Lock | null) => unknown): boolean {
  return !!attempt(() => navigator.locks.request(name, options, task).catch(() => undefined))
}
