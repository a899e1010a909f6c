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

type Answer = DeliveryResponse | SendFailure

/** Sends one request, starting before it returns. `isLeaving`: the page may be gone before an answer comes. */
export type Deliver = (request: DeliveryRequest, isLeaving: boolean) => Promise<Answer>

export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length
}

function answer(status: number, header: DeliveryResponse['header'] = () => null, body = ''): DeliveryResponse {
  return { status, header, body }
}

/** @param dedupes - False when a beacon must count as delivered, because its answer cannot be seen. */
export function createSender(dedupes: boolean): Deliver {
  // One ledger for every copy of this package on the page: the browser has one allowance. Free bytes, free requests.
  const page: { [LEDGER]?: [bytes: number, requests: number] } & typeof globalThis = globalThis
  page[LEDGER] ??= [KEEPALIVE_BYTES, KEEPALIVE_REQUESTS]
  const free = page[LEDGER]
  let failures = 0

  function take(bytes: number, requests: number): void {
    free[0] -= bytes
    free[1] -= requests
  }

  async function exchange(url: string, init: RequestInit): Promise<Answer> {
    try {
      const response = await fetch(url, {
        ...init,
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      const body = await response.text()
      failures = 0
      // A redirect that was not followed shows no status.
      return answer(response.status || 302, (name) => response.headers.get(name), body)
    } catch (error) {
      failures += 1
      // Blocked: every further request would only add a line to the console.
      return failures > BLOCKED_AFTER ? answer(503, () => '300') : { status: 0, error, sent: true }
    }
  }

  /** Resolves at once where the answer does not matter; else after the time that a request has, to be sent again. */
  function beacon(url: string, body: string, type = ''): Promise<Answer> | undefined {
    if (!attempt(() => navigator.sendBeacon(url, new Blob([body], { type })))) return undefined
    const unseen: Answer = dedupes ? { status: 0, error: 0, sent: true } : answer(200)
    return new Promise((resolve) => setTimeout(resolve, dedupes ? TIMEOUT_MS : 0, unseen))
  }

  return async ({ url, headers, body }, isLeaving) => {
    if (!navigator.onLine) return { status: 0, error: 0, sent: false }
    const bytes = utf8Length(body)
    const keepalive = bytes <= free[0] && free[1] > 0
    // A beacon carries no headers: without its key the service would refuse what nobody sends again.
    const needsBeacon = isLeaving && !headers['authorization'] && !(keepalive && 'keepalive' in Request.prototype)
    const beaconed = needsBeacon && beacon(url, body, headers['content-type'])
    if (beaconed !== false && beaconed !== undefined) return beaconed
    if (keepalive) take(bytes, 1)
    const result = await exchange(url, { headers, body, keepalive })
    if (keepalive) take(-bytes, -1)
    return result
  }
}
