import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { joined } from '../webhooks/read-body.ts'

/** A request of `node:http`, as frameworks extend it. */
export interface NodeRequest extends IncomingMessage {
  /** Express: `url` is cut to what is left for a sub-router. */
  readonly originalUrl?: string
  /** What a body parser made of the body, if one ran before. */
  readonly body?: unknown
  /** The body as it was sent: where Firebase and Nest put it, and by custom a `verify` hook of a body parser. */
  readonly rawBody?: unknown
}

/** The path of a request, without its query. */
export function pathOf({ originalUrl, url = '/' }: NodeRequest): string {
  return (originalUrl ?? url).split('?', 1)[0] ?? '/'
}

/**
 * A request of `node:http` as a web `Request`, its body read.
 *
 * A body that was read before is taken from `rawBody`, or from `body` when that is still text or bytes. `undefined` when
 * it is over `maxBytes`.
 *
 * @throws TypeError when a parser has left only an object: what was signed cannot be had back.
 */
export async function toWebRequest(request: NodeRequest, maxBytes: number): Promise<Request | undefined> {
  const { method = 'GET', headers, originalUrl, url = '/' } = request
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const parsed = hasBody ? parsedBody(request) : undefined
  const body = hasBody ? (parsed ?? (await readBody(request, maxBytes))) : null
  if (body === undefined || (body && body.byteLength > maxBytes)) return undefined
  const list = headerList(headers)
  // Parsers decompress, and then the header is no longer true.
  if (parsed) list.delete('content-encoding')
  // The host decides nothing: only headers and path are looked at.
  const address = new URL((originalUrl ?? url).replace(/^\/+/, '/'), 'http://localhost')
  return new Request(address, { method, headers: list, body })
}

/** Headers as Node has them, as web `Headers`; without the pseudo-headers of HTTP/2. */
export function headerList(headers: IncomingHttpHeaders): Headers {
  return new Headers(
    Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      value === undefined || name.startsWith(':') ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

/** What somebody has read before, if they kept it. */
function parsedBody({ rawBody, body }: NodeRequest): Uint8Array<ArrayBuffer> | undefined {
  return bytesOf(rawBody) ?? bytesOf(body)
}

/** The bytes of text or a binary view, also of another realm. */
export function bytesOf(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (typeof value === 'string') return new Uint8Array(new TextEncoder().encode(value))
  if (!ArrayBuffer.isView(value)) return undefined
  return new Uint8Array(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
}

/** The message of the error when the body cannot be had back. */
export const BODY_IS_GONE =
  'a body parser has taken the body and left an object, whose signature cannot be checked: mount this before the parser, ' +
  'or keep the bytes, as with express.json({ verify: (request, _response, bytes) => { request.rawBody = bytes } })'

async function readBody(request: NodeRequest, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  // `body` says nothing: Express 4 makes it an empty object wherever a parser looked and did not read.
  if (request.readableEnded || request.readableDidRead) throw new TypeError(BODY_IS_GONE)
  const chunks: Uint8Array[] = []
  let total = 0
  for await (const chunk of request) {
    total += chunk.byteLength
    if (total > maxBytes) return undefined
    chunks.push(chunk)
  }
  return joined(chunks, total)
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
    const given = args.at(-1)
    // Set first: given to `writeHead`, they would replace what `run` sets.
    if (typeof given === 'object' && given !== null) {
      setGiven(response, given)
      args.pop()
    }
    run((name) => text(response.getHeader(name)))
    return Reflect.apply(writeHead, response, args)
  }
  Object.assign(response, { writeHead: patched })
}

/** Sets the headers of a `writeHead`, an object or a flat list, as Node does. */
function setGiven(response: ServerResponse, given: object): void {
  if (!Array.isArray(given)) {
    for (const [name, value] of Object.entries(given)) response.setHeader(name, value)
    return
  }
  const pairs = Array.from({ length: given.length / 2 }, (_, index) => [given[2 * index], given[2 * index + 1]])
  for (const [name] of pairs) response.removeHeader(String(name))
  for (const [name, value] of pairs) response.appendHeader(String(name), value)
}

function text(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value)
}
