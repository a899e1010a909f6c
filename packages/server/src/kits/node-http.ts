import type { IncomingMessage, ServerResponse } from 'node:http'
import { joined } from '../webhooks/read-body.ts'

/** A request of `node:http`, as frameworks extend it. */
export interface NodeRequest extends IncomingMessage {
  /** Express: `url` is cut to what is left for a sub-router. */
  readonly originalUrl?: string
  /** What a body parser made of the body, if one ran before. */
  readonly body?: unknown
}

/** The path of a request, without its query. */
export function pathOf({ originalUrl, url = '/' }: NodeRequest): string {
  return (originalUrl ?? url).split('?', 1)[0] ?? '/'
}

/**
 * A request of `node:http` as a web `Request`, its body read.
 *
 * A body that a parser took is used when it is still text or bytes. `undefined` when the body is over `maxBytes`.
 *
 * @throws TypeError when a parser has left only an object: what was signed or compressed cannot be had back.
 */
export async function toWebRequest(request: NodeRequest, maxBytes: number): Promise<Request | undefined> {
  const { method = 'GET', headers, originalUrl, url = '/' } = request
  const body = method === 'GET' || method === 'HEAD' ? null : await bodyOf(request, maxBytes)
  if (body === undefined) return undefined
  const list = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || name.startsWith(':') ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  )
  // The host decides nothing: only headers and path are looked at.
  const address = new URL((originalUrl ?? url).replace(/^\/+/, '/'), 'http://localhost')
  return new Request(address, { method, headers: list, body })
}

async function bodyOf(request: NodeRequest, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (request.readableEnded || request.body !== undefined) return parsedBody(request.body)
  const chunks: Uint8Array[] = []
  let total = 0
  for await (const chunk of request) {
    total += chunk.byteLength
    if (total > maxBytes) return undefined
    chunks.push(chunk)
  }
  return joined(chunks, total)
}

function parsedBody(body: unknown): Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return new Uint8Array(new TextEncoder().encode(body))
  if (body instanceof Uint8Array) return new Uint8Array(body)
  throw new TypeError('a body parser has taken the body: mount this before it, or parse with express.raw')
}

/** Sends a web `Response`. */
export async function sendWebResponse(response: Response, target: ServerResponse): Promise<void> {
  target.statusCode = response.status
  response.headers.forEach((value, name) => {
    if (name === 'set-cookie') target.appendHeader(name, value)
    else target.setHeader(name, value)
  })
  target.end(new Uint8Array(await response.arrayBuffer()))
}

/** Calls `run` once, right before a response's headers are sent, with a way to read those it will have. */
export function beforeHeaders(
  response: ServerResponse,
  run: (has: (name: string) => string | undefined) => void,
): void {
  const { writeHead } = response
  const patched = (...args: unknown[]): unknown => {
    Object.assign(response, { writeHead })
    run((name) => givenHeader(args.at(-1), name) ?? text(response.getHeader(name)))
    return Reflect.apply(writeHead, response, args)
  }
  Object.assign(response, { writeHead: patched })
}

/** A header among those given to `writeHead`, an object or a flat list. */
function givenHeader(given: unknown, name: string): string | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  const pairs = Array.isArray(given) ? given.map((key, index) => [key, given[index + 1]]) : Object.entries(given)
  return text(pairs.find(([key]) => String(key).toLowerCase() === name)?.[1])
}

function text(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value)
}
