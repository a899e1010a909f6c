import type { DeliveryRequest, DeliveryResponse } from '@threadline/core'
import { attempt } from './attempt.ts'

/** Deadline of one exchange, body included, in milliseconds. */
const TIMEOUT_MS = 10_000
/** Bytes that a page may have in flight in requests that outlive it. The Fetch standard allows 64 KiB. */
const KEEPALIVE_BYTES = 60_000
/** What a request of that kind costs of them at least, so that there are 8 at a time; Chromium allows 9. */
const KEEPALIVE_COST = KEEPALIVE_BYTES / 8
/** Failures in a row after which an endpoint counts as blocked (an ad blocker, usually). */
const BLOCKED_AFTER = 5

const LEDGER: unique symbol = Symbol.for('threadline.keepalive')

/**
 * Sends one request, starting before it returns; rejects when no answer came. `isLeaving`: the page may be gone before
 * an answer comes.
 */
export type Deliver = (request: DeliveryRequest, isLeaving: boolean) => Promise<DeliveryResponse>

export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length
}

function answer(status: number, header: DeliveryResponse['header'] = () => null, body = ''): DeliveryResponse {
  return { status, header, body }
}

/** @param dedupes - False when a beacon must count as delivered, because its answer cannot be seen. */
export function createSender(dedupes: boolean): Deliver {
  // One ledger for every copy of this package on the page, of bytes in use: the browser has one allowance.
  const page: { [LEDGER]?: number } & typeof globalThis = globalThis
  let failures = 0

  function use(bytes: number): void {
    page[LEDGER] = (page[LEDGER] ?? 0) + bytes
  }

  async function exchange(url: string, init: RequestInit): Promise<DeliveryResponse> {
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      const response = await fetch(url, { ...init, redirect: 'manual', signal })
      const body = await response.text()
      failures = 0
      // A redirect that was not followed shows no status.
      return answer(response.status || 302, (name) => response.headers.get(name), body)
    } catch (error) {
      failures += 1
      // Blocked: every further request would only add a line to the console.
      if (failures > BLOCKED_AFTER) return answer(503, () => '300')
      throw error
    }
  }

  return async ({ url, ...request }, isLeaving) => {
    const { headers, body } = request
    const cost = Math.max(utf8Length(body), KEEPALIVE_COST)
    const keepalive = (page[LEDGER] ?? 0) + cost <= KEEPALIVE_BYTES
    // A beacon carries no headers: without its key the service would refuse what nobody sends again.
    const needsBeacon = isLeaving && !headers['authorization'] && !(keepalive && 'keepalive' in Request.prototype)
    const type = headers['content-type'] ?? ''
    if (needsBeacon && attempt(() => navigator.sendBeacon(url, new Blob([body], { type })))) {
      // Its answer is never seen. Where it matters, the events go out again after the time that a request has.
      return dedupes ? new Promise((_, reject) => setTimeout(reject, TIMEOUT_MS)) : answer(200)
    }
    if (keepalive) use(cost)
    try {
      return await exchange(url, { ...request, keepalive })
    } finally {
      if (keepalive) use(-cost)
    }
  }
}
