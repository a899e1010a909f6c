import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'

const TIMEOUT_MS = 10_000
const REQUEST_HEADERS = ['authorization', 'content-encoding', 'content-type', 'origin', 'user-agent']
const RESPONSE_HEADERS = ['content-type', 'retry-after']

/**
 * Passes the browser's events on to the collector, so that they travel to the shop's own origin.
 *
 * Only the listed headers cross: cookies stay with the shop. The client's address is what the socket says, never what
 * the client says. The body streams; the collector enforces its limits. A collector that cannot be reached is a 502,
 * which the SDK retries.
 */
export function collectorProxy(collectorUrl: string): (c: Context) => Promise<Response> {
  const target = new URL('/v1/batch', collectorUrl)
  return async (c) => {
    const headers = pick(c.req.raw.headers, REQUEST_HEADERS)
    const { address } = getConnInfo(c).remote
    if (address !== undefined) headers.set('x-forwarded-for', address)
    // `duplex` is required to send a stream, and missing from the types of fetch.
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers,
      body: c.req.raw.body,
      duplex: 'half',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }
    try {
      const answer = await fetch(target, init)
      return new Response(answer.body, { status: answer.status, headers: pick(answer.headers, RESPONSE_HEADERS) })
    } catch {
      return c.json({ error: { code: 'unreachable', message: 'The collector did not answer.' } }, 502)
    }
  }
}

function pick(from: Headers, names: readonly string[]): Headers {
  const headers = new Headers()
  for (const name of names) {
    const value = from.get(name)
    if (value !== null) headers.set(name, value)
  }
  return headers
}
