import { type Access, type KeyKind, type Keyring, originAllowed } from '../keys.ts'
import { RequestError } from './request-error.ts'

/** The key of `Authorization: Bearer …`; undefined without that header. */
export function bearerKey(request: Request): string | undefined {
  const header = request.headers.get('authorization')
  if (header === null) return undefined
  const match = /^Bearer +(\S+)$/i.exec(header)
  if (!match) throw new RequestError('unauthorized', 'Authorization must be: Bearer <key>')
  return match[1]
}

/** Longer than a key and what may stand before it. */
const HEAD_BYTES = 256

/** The key that a body opens with, told without parsing it; undefined when it opens with anything else. */
export function keyAtHead(body: Uint8Array): string | undefined {
  const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, HEAD_BYTES)).toString('latin1')
  return /^\s*\{\s*"key"\s*:\s*"((?:pk|sk|rk|mk)_[\w-]+)"/.exec(head)?.[1]
}

/** The `key` of a body, for senders that cannot set headers. */
export function bodyKey(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('key' in body)) return undefined
  return typeof body.key === 'string' ? body.key : undefined
}

/**
 * The access that `key` gives, when it is one of `kinds` and is used from where it may be.
 *
 * @throws {@link RequestError} `unauthorized`, `forbidden` or `origin_not_allowed`; messages never repeat a key.
 */
export function authorize(keyring: Keyring, key: string | undefined, kinds: readonly KeyKind[]): Access {
  if (key === undefined) {
    throw new RequestError('unauthorized', 'a key is needed: Authorization: Bearer <key>, or "key" in a batch')
  }
  const access = keyring.find(key)
  if (!access) throw unknownKey()
  if (!kinds.includes(access.kind)) {
    throw new RequestError('forbidden', `${access.kind}_ keys cannot do this; use ${kinds.join('_ or ')}_`)
  }
  return access
}

export function unknownKey(): RequestError {
  return new RequestError('unauthorized', 'the key is unknown or revoked')
}

/**
 * Whether a sender is where its key may be, in whatever language it speaks: a page's key at the origins on its list, a server's in
 * no page at all. Only browsers send an `Origin`, and what is in a page everybody can read.
 *
 * @throws {@link RequestError} `origin_not_allowed`.
 */
export function checkOrigin(access: Access, origin: string | null): void {
  if (access.kind === 'sk' && origin !== null) {
    throw new RequestError(
      'origin_not_allowed',
      `a server’s key came from a page (${origin}), where everybody can read it: give the page a pk_ key, and revoke this one`,
    )
  }
  if (access.kind !== 'pk' || originAllowed(access.origins, origin)) return
  throw new RequestError('origin_not_allowed', `this key may not be used from ${origin ?? 'a request without Origin'}`)
}
