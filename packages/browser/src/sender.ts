import type { DeliveryRequest, DeliveryResponse, SendFailure } from '@threadline/core'
import { attempt } from './attempt.ts'

/** Deadline of one exchange, body included, in milliseconds. */
const TIMEOUT_MS = 10_000
/** Bytes that a page may have in flight in requests that outlive it. The Fetch standard allows 64 KiB. */
const KEEPALIVE_BYTES = 60_000
/** Requests of that kind at a time; Chromium allows 9. */
const KEEPALIVE_REQUESTS = 8
/** Failures in a row after which an endpoint counts as blocked (an ad blocker, usually). */
const BLOCKED_AFTER = 5

const LEDGER: unique symbol = Symbol.for('threadline.keepalive')

/** Sends one request, starting before it returns. `isLeaving`: the page may be gone before an answer comes. */
export type Deliver = (request: DeliveryRequest, isLeaving: boolean) => Promise<DeliveryResponse | SendFailure>

export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length
}

function answer(status: number, body = '', header: DeliveryResponse['header'] = () => null): DeliveryResponse {
  return { status, header, body }
}

/** @param dedupes - False when a beacon must count as delivered, because its answer cannot be seen. */
export function createSender(dedupes: boolean): Deliver {
  // One ledger for every copy of this package on the page: the browser has one allowance.
  const page: { [LEDGER]?: { bytes: number; requests: number } } & typeof globalThis = globalThis
  page[LEDGER] ??= { bytes: 0, requests: 0 }
  const ledger = page[LEDGER]
  let failures = 0

  async function post(
    { url, headers, body }: DeliveryRequest,
    keepalive: boolean,
  ): Promise<DeliveryResponse | SendFailure> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body,
        keepalive,
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      const text = await response.text()
      failures = 0
      // A redirect that was not followed shows no status.
      return answer(response.status || 302, text, (name) => response.headers.get(name))
    } catch (error) {
      failures += 1
      // Blocked: every further request would only add a line to the console.
      if (failures > BLOCKED_AFTER) return answer(503, '', () => '300')
      return { status: 0, error, sent: true }
    }
  }

  return async (request, isLeaving) => {
    const { url, body, headers } = request
    if (!navigator.onLine) return { status: 0, error: 0, sent: false }
    const bytes = utf8Length(body)
    const keepalive = ledger.bytes + bytes <= KEEPALIVE_BYTES && ledger.requests < KEEPALIVE_REQUESTS
    // A beacon carries no headers: without its key the service would refuse what nobody sends again.
    if (isLeaving && !headers['authorization'] && !(keepalive && 'keepalive' in Request.prototype)) {
      const type = headers['content-type'] ?? ''
      if (attempt(() => navigator.sendBeacon(url, new Blob([body], { type })))) {
        if (!dedupes) return answer(200)
        // Its answer cannot be seen. What is still here after the time a request has goes out again.
        await new Promise((resolve) => setTimeout(resolve, TIMEOUT_MS))
        return { status: 0, error: 0, sent: true }
      }
    }
    const share = keepalive ? 1 : 0
    ledger.bytes += share * bytes
    ledger.requests += share
    const result = await post(request, keepalive)
    ledger.bytes -= share * bytes
    ledger.requests -= share
    return result
  }
}
