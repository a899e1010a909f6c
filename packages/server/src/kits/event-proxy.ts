import { LIMITS } from '@threadline/schema'
import { readBytes } from '../webhooks/read-body.ts'

/** Lets the browser's events travel to the app's own origin, which no blocklist knows and no cookie rule cuts short. */
export interface EventProxyOptions {
  /** Path of the app that stands for the collector, and `host` in the browser: `/t`. Choose your own. */
  readonly path: string
  /** Origin of the collector: `https://events.example.com`. */
  readonly host: string
  /**
   * Longest that the collector may take, in milliseconds.
   *
   * @defaultValue `10_000`
   */
  readonly timeoutMs?: number | undefined
}

export interface EventProxy {
  /** Whether a request is one of the browser's batches. */
  matches(method: string | undefined, path: string): boolean
  /** Hands a batch on and gives back the collector's answer; 502 when there was none. Never rejects. */
  forward(request: Request, ip: string | undefined): Promise<Response>
}

/** All that crosses: cookies stay with the app. The last five are client hints, the user agent and Global Privacy Control. */
const REQUEST_HEADERS = [
  'authorization',
  'content-encoding',
  'content-type',
  'origin',
  'user-agent',
  'sec-ch-ua',
  'sec-ch-ua-mobile',
  'sec-ch-ua-platform',
  'sec-gpc',
]
const RESPONSE_HEADERS = ['content-type', 'retry-after']
const ROUTE = '/v1/batch'

/** @throws TypeError when `path` is not an absolute path, or `host` no http address. */
export function createEventProxy({ path, host, timeoutMs = 10_000 }: EventProxyOptions): EventProxy {
  if (!/^\/[\w./~-]*$/.test(path)) throw new TypeError("proxy: path is a path of the app, such as '/t'")
  if (!/^https?:\/\//.test(host) || !URL.canParse(host)) throw new TypeError('proxy: host is the origin of a collector')
  const route = `${path.replace(/\/+$/, '')}${ROUTE}`
  const target = `${host.replace(/\/+$/, '')}${ROUTE}`

  return {
    matches: (method, requested) => method === 'POST' && requested === route,
    async forward(request, ip) {
      const body = await readBytes(request, LIMITS.batchBytes).catch(() => null)
      if (body === null) return refuse(400, 'invalid_request', 'the body could not be read')
      if (body === undefined) return refuse(413, 'body_too_large', `the body is over ${LIMITS.batchBytes} bytes`)
      try {
        const headers = pick(request.headers, REQUEST_HEADERS)
        if (ip !== undefined) headers.set('x-forwarded-for', ip)
        const signal = AbortSignal.timeout(timeoutMs)
        const answer = await fetch(target, { method: 'POST', headers, body, redirect: 'manual', signal })
        // Read whole: a body that nobody reads holds its connection, and some runtimes cancel the rest of the request.
        const text = await answer.text()
        return new Response(text, { status: answer.status, headers: pick(answer.headers, RESPONSE_HEADERS) })
      } catch {
        return refuse(502, 'unavailable', 'the collector did not answer')
      }
    },
  }
}

/** Headers as an object. Not for responses that may set several cookies. */
export function headerRecord(headers: Headers): { readonly [name: string]: string } {
  const record: { [name: string]: string } = {}
  headers.forEach((value, name) => {
    record[name] = value
  })
  return record
}

function pick(from: Headers, names: readonly string[]): Headers {
  return new Headers(
    names.flatMap((name): [string, string][] => {
      const value = from.get(name)
      return value === null ? [] : [[name, value]]
    }),
  )
}

function refuse(status: number, code: string, message: string): Response {
  return Response.json({ error: { code, message } }, { status })
}
