import type { LogEntry } from '../log-entry.ts'
import type { ForwardName } from '../store/stored-forward.ts'
import type { ForwardClock } from './clock.ts'

/** How often the same thing is logged. */
const AGAIN_MS = 600_000

/** So many are told apart. */
const MOST_MESSAGES = 100

export interface ForwardLogOptions {
  readonly forward: ForwardName
  readonly clock: Pick<ForwardClock, 'monotonic'>
  readonly log: (entry: LogEntry) => void
}

export type ForwardLog = (
  level: LogEntry['level'],
  message: string,
  details?: { readonly reason?: string; readonly count?: number },
) => void

/** Logs each thing at most once in ten minutes: an outage must not fill the log. */
export function createForwardLog({ forward: { project }, clock, log }: ForwardLogOptions): ForwardLog {
  const told = new Map<string, number>()
  return (level, message, details = {}) => {
    const now = clock.monotonic()
    if (now - (told.get(message) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return
    if (told.size >= MOST_MESSAGES) told.clear()
    told.set(message, now)
    log({ level, message, project, ...details })
  }
}
