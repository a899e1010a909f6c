import type { DeliveryResponse, Destination, Verdict } from './destination.ts'

/** What to do about a status by which events are lost, or kept until somebody acts. */
const ADVICE: { readonly [status: number]: string } = {
  400: 'it could not read the request: is a collector at this address?',
  401: 'check key: it may be of another collector, or revoked',
  402: 'the quota of the plan is used up',
  403: 'the key may not do this: a server needs a secret key, sk_…',
  404: 'nothing is at this address: check host',
  405: 'this address takes no events, as a static site does not: check host',
  407: 'the proxy wants credentials: put them into HTTPS_PROXY, as http://user:password@proxy:8080',
  410: 'this address is gone for good: check host',
  413: 'the event is larger than the server takes: make its properties smaller',
  415: 'the server takes no JSON: is a proxy before the collector that changes content-type?',
  501: 'this address does not implement POST: check host',
}

/**
 * A destination whose verdicts say where the request went and what to do, for a person who reads a log. Statuses that
 * pass by themselves (5xx, 429) need no advice.
 */
export function advised(destination: Destination): Destination {
  const { name, limits, dedupes } = destination
  let address = ''
  return {
    name,
    limits,
    dedupes,
    encode: (event) => destination.encode(event),
    request(batch, context) {
      const request = destination.request(batch, context)
      address = withoutQuery(request.url)
      return request
    },
    verdict(response, batch, now) {
      const verdict = destination.verdict(response, batch, now)
      return withAdvice(verdict, response, address)
    },
  }
}

function withAdvice(verdict: Verdict, response: DeliveryResponse, address: string): Verdict {
  if (verdict.kind === 'delivered') return verdict
  const advice = adviceFor(response, address)
  return { ...verdict, message: `${verdict.message} (${address})${advice === undefined ? '' : `: ${advice}`}` }
}

function adviceFor(response: DeliveryResponse, address: string): string | undefined {
  const { status } = response
  if (status < 300 || status > 399) return ADVICE[status]
  const target = redirectTarget(response, address)
  const where = target === undefined ? 'elsewhere' : `to ${target}`
  return `it redirects ${where}, and redirects are not followed, so that a key goes nowhere else: set host to where it ends`
}

function redirectTarget(response: DeliveryResponse, address: string): string | undefined {
  const location = withoutQuery(response.header('location') ?? '')
  if (/^https?:\/\//i.test(location)) return location
  const origin = /^https?:\/\/[^/]+/i.exec(address)?.[0]
  return /^\/(?!\/)/.test(location) && origin ? origin + location : undefined
}

/** A query may hold what is nobody's business. */
function withoutQuery(url: string): string {
  return url.split(/[?#]/)[0] ?? ''
}
