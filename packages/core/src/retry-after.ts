/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3): whole seconds, or an HTTP date compared with `now`.
 *
 * Returns milliseconds, 0 for a date that has passed, and `undefined` when it is absent or unreadable.
 */
export function parseRetryAfter(value: string | null | undefined, now: number): number | undefined {
  const text = value ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1_000
  // Date.parse takes far more than HTTP dates ("-1" is one to V8); every HTTP date ends in GMT.
  return / GMT$/.test(text) && Date.parse(text) >= 0 ? Math.max(0, Date.parse(text) - now) : undefined
}
