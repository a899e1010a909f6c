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
  const [, id, started = '', active = ''] = /^(.+)\.([0-9a-z]{1,11})\.([0-9a-z]{1,11})$/.exec(cookie ?? '') ?? []
  if (!isCarriedId(id)) return undefined
  const isLive = now - Number.parseInt(active, 36) < IDLE_MS && now - Number.parseInt(started, 36) < MAX_MS
  return isLive ? id : undefined
}
