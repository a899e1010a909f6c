/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3): whole seconds, or an HTTP date compared with `now`.
 *
 * Returns milliseconds, 0 for a date that has passed, and `undefined` when it is absent or unreadable.
 */
export function parseRetryAfter(value: string | null | undefined, now: number): number | undefined {
  if (/^\d+$/.test(value ?? '')) return Number(value) * 1_000
  // Date.parse takes far more than HTTP dates ("-1" is one to V8); every HTTP date ends in GMT.
  const date = value?.endsWith(' GMT') ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
