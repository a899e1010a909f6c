import type { DeliveryRequest, DeliveryResponse, SendFailure } from '@threadline/core'
import { utf8Bytes } from '@threadline/schema'
import { attempt } from './attempt.ts'

/** Deadline of one exchange, body included, in milliseconds. */
const TIMEOUT_MS = 10_000
/** Bytes a page may have in flight in requests that outlive it. The Fetch standard allows 64 KiB. */
const KEEPALIVE_BYTES = 60_000
/** Requests of that kind at a time; Chromium allows 9. */
const KEEPALIVE_REQUESTS = 8
/** Failures in a row after which an endpoint counts as blocked (an ad blocker, usually). */
const BLOCKED_AFTER = 5

const LEDGER: unique symbol = Symbol.for('threadline.keepalive')

/** What a blocked endpoint is answered with: every further request would only add a line to the console. */
const BLOCKED: DeliveryResponse = { status: 503, header: (name) => (name === 'retry-after' ? '300' : null), body: '' }

/** Sends one request. `leaving` says that the page may be gone before an answer comes. */
export type Deliver = (request: DeliveryRequest, leaving: boolean) => Promise<DeliveryResponse | SendFailure>

/** @param dedupes - False when a beacon must count as delivered, because its answer cannot be seen. */
export function createSender(dedupes: boolean): Deliver {
  // One ledger for every copy of this package on the page: the browser has one allowance.
  const page: typeof globalThis & { [LEDGER]?: { bytes: number; requests: number } } = globalThis
  const ledger = (page[LEDGER] ??= { bytes: 0, requests: 0 })
  let failures = 0

  return async ({ url, body, headers, method }, leaving) => {
    if (!navigator.onLine) return { status: 0, error: 'offline', sent: false }
    const bytes = utf8Bytes(body)
    const keepalive = ledger.bytes + bytes <= KEEPALIVE_BYTES && ledger.requests < KEEPALIVE_REQUESTS
    if (leaving && !(keepalive && 'keepalive' in Request.prototype)) {
      const type = headers['content-type'] ?? ''
      if (attempt(() => navigator.sendBeacon(url, new Blob([body], { type })))) {
        return dedupes ? { status: 0, error: 'beacon', sent: true } : { status: 200, header: () => null, body: '' }
      }
    }
    ledger.bytes += keepalive ? bytes : 0
    ledger.requests += keepalive ? 1 : 0
    try {
      const response = await fetch(url, {
        method,
        headers,
        body,
        keepalive,
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      const text = await response.text()
      failures = 0
      // A redirect that was not followed shows no status.
      return { status: response.status || 302, header: (name) => response.headers.get(name), body: text }
    } catch (error) {
      return ++failures > BLOCKED_AFTER ? BLOCKED : { status: 0, error, sent: true }
    } finally {
      ledger.bytes -= keepalive ? bytes : 0
      ledger.requests -= keepalive ? 1 : 0
    }
  }
}
