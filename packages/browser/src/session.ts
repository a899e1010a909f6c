import { uuidv7 } from '@threadline/schema'

/** A session ends after this long without an event. */
export const SESSION_IDLE_MS = 1_800_000
/** A session ends this long after it began, whatever happens in it. */
export const SESSION_MAX_MS = 86_400_000

/** One visit, as the tabs of a site share it. Times are milliseconds since the Unix epoch. */
export interface Session {
  readonly id: string
  readonly startedAt: number
  /** When its last event was captured. */
  readonly activeAt: number
}

/** The session of an event captured now: the first of `known` that has not ended, else a new one. */
export function currentSession(now: number, known: readonly (Session | undefined)[]): Session {
  const alive = known.find(
    (session) => session && now - session.activeAt < SESSION_IDLE_MS && now - session.startedAt < SESSION_MAX_MS,
  )
  return { ...(alive ?? { id: uuidv7(now), startedAt: now }), activeAt: now }
}

/** `<id>.<started>.<active>`, times in base 36: short, and made of characters a cookie takes as they are. */
export function formatSession({ id, startedAt, activeAt }: Session): string {
  return [id, startedAt.toString(36), activeAt.toString(36)].join('.')
}

/** Reads what {@link formatSession} wrote. Other text gives a session without times, which has ended. */
export function parseSession(text = ''): Session {
  const [id = '', ...times] = text.split('.')
  const [startedAt = Number.NaN, activeAt = Number.NaN] = times.map((time) => Number.parseInt(time, 36))
  return { id, startedAt, activeAt }
}
