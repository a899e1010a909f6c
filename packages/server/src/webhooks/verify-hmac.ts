/** A signature to be checked. */
export interface HmacOptions {
  /** What the sender shares with you. White space around text is taken off. */
  readonly secret: string | Uint8Array<ArrayBuffer>
  /** What was signed: often the body, or a time and the body. */
  readonly payload: string
  /** As the header has it; absent never matches. */
  readonly signature: string | null | undefined
  /** @defaultValue `'hex'` */
  readonly encoding?: 'hex' | 'base64' | undefined
  /** @defaultValue `'SHA-256'` */
  readonly hash?: 'SHA-256' | 'SHA-384' | 'SHA-512' | undefined
}

/**
 * Tells whether `signature` is the HMAC of `payload`, in constant time, on every runtime.
 *
 * Where the sender signs a time as well, check that it is recent: a signature alone can be replayed. Events with an
 * `eventId` of the sender's count once all the same.
 */
export async function verifyHmac(options: HmacOptions): Promise<boolean> {
  const { payload, encoding = 'hex', hash = 'SHA-256' } = options
  const secret = typeof options.secret === 'string' ? options.secret.trim() : options.secret
  const signature = decode(options.signature?.trim() ?? '', encoding)
  if (!signature || secret.length === 0) return false
  const bytes = typeof secret === 'string' ? encode(secret) : secret
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash }, false, ['verify'])
  return await crypto.subtle.verify('HMAC', key, signature, encode(payload))
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text))
}

function decode(text: string, encoding: 'hex' | 'base64'): Uint8Array<ArrayBuffer> | undefined {
  if (encoding === 'base64') {
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 === 1) return undefined
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  }
  const pairs = /^([\da-f]{2})+$/i.test(text) ? text.match(/../g) : null
  return pairs ? Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)) : undefined
}
