import { isCarriedId, uuidv7 } from '@threadline/schema'

/** A session ends after this long without an event. */
export const SESSION_IDLE_MS = 1_800_000
/** A session ends this long after it began, whatever happens in it. */
export const SESSION_MAX_MS = 86_400_000

/** One visit, as the tabs of a site share it. Times are milliseconds since the Unix epoch. */
export type Session = readonly [id: string, startedAt: number, activeAt: number]

/** Whether a session goes on. One of the future, from a clock that was wrong or from anybody's hand, does not. */
export function isLive([, startedAt, activeAt]: Session, now: number): boolean {
  return Math.abs(now - activeAt) < SESSION_IDLE_MS && Math.abs(now - startedAt) < SESSION_MAX_MS
}

/** The first of `known` that goes on, else a new session. */
export function currentSession(now: number, ...known: readonly Session[]): Session {
  return known.find((session) => isLive(session, now)) ?? [uuidv7(now), now, now]
}

/** Reads `<id>.<started>.<active>`, as the session cookie has it. Other text gives a session that has ended. */
export function parseSession(text = ''): Session {
  const [, id, startedAt, activeAt] = /^(.+)\.(\d+)\.(\d+)$/.exec(text) ?? []
  return isCarriedId(id) ? [id, Number(startedAt), Number(activeAt)] : ['', 0, 0]
}
