/** A session of our SDKs: a UUID of version 7, which begins with the milliseconds since the Unix epoch. */
const MINTED = /^([\da-f]{8})-([\da-f]{4})-7/

/**
 * When a session began, for services whose session ids are that time: in units of `unitMs` since the Unix epoch.
 *
 * `undefined` for an id that is not of our SDKs.
 */
export function startOfSession(sessionId: string | undefined, unitMs: number): number | undefined {
  const [, high = '', low = ''] = MINTED.exec(sessionId ?? '') ?? []
  return high === '' ? undefined : Math.floor(Number.parseInt(high + low, 16) / unitMs)
}
