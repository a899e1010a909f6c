import { type Decompress, decompressor } from './content-encoding.ts'
import { RequestError } from './request-error.ts'

/** The last is what axios, and so RudderStack's client, says of bytes that it compressed itself. */
const TYPES = ['application/json', 'text/plain', 'application/x-www-form-urlencoded']

/**
 * Reads a JSON body of at most `maxBytes`, before and after decompression. What is too large is refused by its
 * `Content-Length`, or as soon as the limit is passed: it is never held in memory whole.
 *
 * @throws {@link RequestError} `unsupported_media_type`, `body_too_large` or `invalid_json`.
 */
export async function readJsonBody(request: Request, maxBytes: number): Promise<unknown> {
  return parseJsonBody(await readJsonBytes(request, maxBytes))
}

/** Reads the bytes of a body that says it is JSON, as {@link readBody} does, and does not parse them. */
export async function readJsonBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  checkType(request.headers.get('content-type'))
  return await readBody(request, maxBytes)
}

/**
 * Reads the bytes of a body, decompressed as its `Content-Encoding` says, within the same limit.
 *
 * @throws {@link RequestError} `unsupported_media_type`, `body_too_large` or `invalid_json`.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const decompress = decompressor(request.headers.get('content-encoding'))
  const length = request.headers.get('content-length')
  if (Number(length) > maxBytes) throw tooLarge(maxBytes)
  const raw = await receive(request, maxBytes)
  if (raw.byteLength > maxBytes) throw tooLarge(maxBytes)
  const bytes = decompress ? await inflateAtMost(decompress, raw, maxBytes) : raw
  arrived.set(request, bytes.byteLength)
  return bytes
}

/** Nobody hears that a sender has gone in the middle: it is no fault of ours, and whoever does so on purpose must not fill the log. */
async function receive(request: Request, maxBytes: number): Promise<Uint8Array> {
  try {
    // A server ends the body where Content-Length says, so that one may be read at once, for half the time.
    if (request.headers.has('content-length')) return new Uint8Array(await request.arrayBuffer())
    return await readBytes(request, maxBytes)
  } catch (error) {
    if (error instanceof RequestError) throw error
    throw unreadable('not whole: the connection ended before it', error)
  }
}

const arrived = new WeakMap<Request, number>()

/** How many bytes the body of a request came to, decompressed; undefined while none was read. */
export function arrivedBytes(request: Request): number | undefined {
  return arrived.get(request)
}

/** Decompresses a body whose encoding no header names. @throws {@link RequestError} `body_too_large` or `invalid_json`. */
export async function inflateBody(encoding: 'gzip', raw: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const decompress = decompressor(encoding)
  return decompress ? await inflateAtMost(decompress, raw, maxBytes) : raw
}

function checkType(header: string | null): void {
  const type = header?.split(';')[0]?.trim().toLowerCase()
  if (type === undefined || TYPES.includes(type)) return
  throw new RequestError(
    'unsupported_media_type',
    `the body is ${type.slice(0, 80)}; send application/json or text/plain`,
  )
}

async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (!request.body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let total = 0
  const reader = request.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks, total)
    total += value.byteLength
    if (total > maxBytes) {
      await reader.cancel()
      throw tooLarge(maxBytes)
    }
    chunks.push(value)
  }
}

async function inflateAtMost(decompress: Decompress, raw: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  try {
    return await decompress(raw, maxBytes)
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes)
    throw unreadable('not compressed the way content-encoding says', error)
  }
}

/** @throws {@link RequestError} `invalid_json`. */
export function parseJsonBody(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'not valid JSON' : 'not valid UTF-8'
    throw unreadable(reason, error)
  }
}

function unreadable(reason: string, cause: unknown): RequestError {
  return new RequestError('invalid_json', `the body is ${reason}`, { cause })
}

function tooLarge(maxBytes: number): RequestError {
  return new RequestError('body_too_large', `the body is over ${maxBytes} bytes; send fewer events at once`)
}
