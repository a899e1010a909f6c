import { isCarriedId } from '@threadline/schema'

/** As in the browser package: a session ends after this long without an event, and after this long in any case. */
const IDLE_MS = 1_800_000
const MAX_MS = 86_400_000

/**
 * The id of the session in its cookie's value (`<id>.<started>.<active>`), unless that session has ended.
 *
 * @param now - Milliseconds since the Unix epoch.
 */
export function liveSessionId(cookie: string | undefined, now: number): string | undefined {
  const [, id, started = '', active = ''] = /^(.+)\.(\d{1,15})\.(\d{1,15})$/.exec(cookie ?? '') ?? []
  if (!isCarriedId(id)) return undefined
  // One of the future, from a clock that was wrong or from anybody's hand, would never end.
  const isLive = Math.abs(now - Number(active)) < IDLE_MS && Math.abs(now - Number(started)) < MAX_MS
  return isLive ? id : undefined
}
