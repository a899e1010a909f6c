import { inflateBody, readBody } from '../../http/read-body.ts'

/** Of a body in `data=…`, or JSON with the same member, the value. */
function wrapped(body: Uint8Array): string | undefined {
  const start = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, 64)).toString('latin1')
  if (!/^(?:[\w-]+=[^&]*&)*data=/.test(start)) return undefined
  return new URLSearchParams(Buffer.from(body).toString()).get('data') ?? undefined
}

const GZIP = [0x1f, 0x8b]

const isGzip = (bytes: Uint8Array): boolean => GZIP.every((byte, index) => bytes[index] === byte)

/** Base64 whose `+` a form has made blanks; JSON as it is. */
function unwrapped(data: string): Uint8Array {
  const text = data.trim()
  return /^[[{]/.test(text) ? Buffer.from(text) : Buffer.from(text.replaceAll(' ', '+'), 'base64')
}

/**
 * Reads the JSON in a body of any encoding that PostHog's clients use: JSON; gzip, which pages name by `compression=gzip-js` in the address
 * or not at all, since a beacon has no headers; and base64 in a form, `data=…`. What it is shows in its first bytes.
 *
 * @throws {@link RequestError} `body_too_large` or `invalid_json`.
 */
export async function readPosthogBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const received = await readBody(request, maxBytes)
  const inflated = isGzip(received) ? await inflateBody('gzip', received, maxBytes) : received
  const data = wrapped(inflated)
  if (data === undefined) return inflated
  const inside = unwrapped(data)
  return isGzip(inside) ? await inflateBody('gzip', inside, maxBytes) : inside
}
