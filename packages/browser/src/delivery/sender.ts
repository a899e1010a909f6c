import type { DeliveryRequest, DeliveryResponse } from '@threadline/core'
import { absolute } from '../platform/address.ts'
import { attempt } from '../platform/attempt.ts'

/** Deadline of one exchange, body included, in milliseconds. */
const TIMEOUT_MS = 10_000
/** Bytes that a page may have in flight in requests that outlive it. The Fetch standard allows 64 KiB. */
const KEEPALIVE_BYTES = 60_000
/** What a request of that kind costs of them at least, so that there are 8 at a time; Chromium allows 9. */
const KEEPALIVE_COST = KEEPALIVE_BYTES / 8

const LEDGER: unique symbol = Symbol.for('threadline.keepalive')

/**
 * Sends one request, starting before it returns; rejects when no answer came. `isLeaving`: the page may be gone before
 * an answer comes.
 */
export type Deliver = (request: DeliveryRequest, isLeaving: boolean) => Promise<DeliveryResponse>

export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length
}

/** The browser's own `fetch`, from a frame that no script of the page has seen. */
function cleanFetch(): typeof fetch {
  const frame = document.createElement('iframe')
  document.documentElement.append(frame)
  const clean = (frame.contentWindow ?? window).fetch.bind(window)
  frame.remove()
  return clean
}

/** One exchange within the deadline, which a page's own `fetch` may not know of. */
function exchange(url: string, init: RequestInit): Promise<DeliveryResponse> {
  return new Promise((resolve, reject) => {
    const aborter = new AbortController()
    const request = { ...init, signal: aborter.signal }
    const timer = setTimeout(() => {
      aborter.abort()
      reject(Error('timeout'))
    }, TIMEOUT_MS)

    async function run(): Promise<DeliveryResponse> {
      let response: Response | undefined = await fetch(url, request)
      // What a page has put in its place may give no answers.
      if (!response?.headers) response = await cleanFetch()(url, request)
      const { status, headers } = response
      // A redirect that was not followed shows no status.
      return { status: status || 302, header: (name) => headers.get(name), body: await response.text() }
    }
    run()
      .finally(() => clearTimeout(timer))
      .then(resolve, reject)
  })
}

/** @param dedupes - False when a beacon must count as delivered, because its answer cannot be seen. */
export function createSender(dedupes: boolean): Deliver {
  // One ledger for every copy of this package on the page, of bytes in use: the browser has one allowance.
  const page: { [LEDGER]?: number } & typeof globalThis = globalThis

  /** Adds to what is in use, and gives the sum. */
  function use(bytes: number): number {
    page[LEDGER] = (page[LEDGER] ?? 0) + bytes
    return page[LEDGER]
  }

  return async ({ url: address, ...request }, isLeaving) => {
    const { headers, body } = request
    const url = absolute(address)
    const cost = Math.max(utf8Length(body), KEEPALIVE_COST)
    const keepalive = use(0) + cost <= KEEPALIVE_BYTES
    // A beacon carries no headers: without its key the service would refuse what nobody sends again.
    const needsBeacon = isLeaving && !headers['authorization'] && !(keepalive && 'keepalive' in Request.prototype)
    const type = headers['content-type'] ?? ''
    if (needsBeacon && attempt(() => navigator.sendBeacon(url, new Blob([body], { type })))) {
      // Its answer is never seen. Where it matters, the events go out again after the time that a request has.
      if (dedupes) return new Promise((_, reject) => setTimeout(reject, TIMEOUT_MS))
      return { status: 200, header: () => null, body: '' }
    }
    if (keepalive) use(cost)
    try {
      return await exchange(url, { ...request, keepalive, redirect: 'manual' })
    } finally {
      if (keepalive) use(-cost)
    }
  }
}
