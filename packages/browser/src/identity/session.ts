import { uuidv7 } from '@threadline/schema'

/** A session ends after this long without an event. */
export const SESSION_IDLE_MS = 1_800_000
/** A session ends this long after it began, whatever happens in it. */
export const SESSION_MAX_MS = 86_400_000

/** One visit, as the tabs of a site share it. Times are milliseconds since the Unix epoch. */
export type Session = readonly [id: string, startedAt: number, activeAt: number]

/** The session of an event captured now: the first of `known` that has not ended, else a new one. */
export function currentSession(now: number, ...known: readonly Session[]): Session {
  const [id, startedAt] = known.find(
    ([, startedAt, activeAt]) => now - activeAt < SESSION_IDLE_MS && now - startedAt < SESSION_MAX_MS,
  ) ?? [uuidv7(now), now]
  return [id, startedAt, now]
}

/** Reads `<id>.<started>.<active>`, as the session cookie has it. Other text gives a session that has ended. */
export function parseSession(text = ''): Session {
  const [id = '', startedAt, activeAt] = text.split('.')
  return [id, Number(startedAt), Number(activeAt)]
}
