import type { StoredAlert } from '../store/stored-alerts.ts'

/** What is told of, and from where on. Figures are numbers; nothing names a person, a key or an event. */
export interface Condition {
  /** One of each has at most one incident at a time. */
  readonly subject: string
  /** `unknown` changes nothing. */
  readonly state: 'wrong' | 'fine' | 'unknown'
  /** When it began, in ms since the epoch, should it be new. */
  readonly startedAt: number
  readonly figures: { readonly [figure: string]: number }
}

/** Minutes until the next try, which double up to an hour. */
const MOST_MINUTES = 60

/** Tries to tell of one start or end: about a day. */
const ATTEMPTS = 29

const MINUTE_MS = 60_000

export const isOpen = (alert: StoredAlert | undefined): boolean => alert !== undefined && alert.endedAt === null

/**
 * What becomes of an alert by how things are now; undefined when nothing does. A new incident waits until the end of the one before
 * has been told, or given up: whoever listens hears of each in order.
 */
export function nextAlert(
  seen: StoredAlert | undefined,
  { subject, state, startedAt, figures }: Condition,
  now: number,
): StoredAlert | undefined {
  const changed = {
    subject,
    details: JSON.stringify(figures),
    dueAt: now,
    attempts: 0,
    version: (seen?.version ?? 0) + 1,
  }
  if (state === 'wrong' && (seen === undefined || (!isOpen(seen) && seen.dueAt === null))) {
    return { ...changed, startedAt, endedAt: null }
  }
  if (state === 'fine' && seen && isOpen(seen)) return { ...changed, startedAt: seen.startedAt, endedAt: now }
  return undefined
}

/** Takes the next try to tell of an alert; others leave it alone until that is due. Undefined when there is nothing to tell now. */
export function claimed(alert: StoredAlert, now: number): StoredAlert | undefined {
  if (alert.dueAt === null || alert.dueAt > now) return undefined
  const waitMs = Math.min(2 ** alert.attempts, MOST_MINUTES) * MINUTE_MS
  return { ...alert, attempts: alert.attempts + 1, dueAt: now + waitMs, version: alert.version + 1 }
}

export const isLastAttempt = ({ attempts }: StoredAlert): boolean => attempts >= ATTEMPTS

/** There is nothing more to tell of it. */
export function settled(alert: StoredAlert): StoredAlert {
  return { ...alert, dueAt: null, version: alert.version + 1 }
}
