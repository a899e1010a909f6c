import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import { RequestError } from './request-error.ts'

/**
 * Inflates a whole body to at most `maxBytes`.
 *
 * @throws RangeError as soon as there would be more, or zlib's own error when the body is in another encoding.
 */
export type Decompress = (body: Uint8Array, maxBytes: number) => Promise<Uint8Array>

type Inflate = typeof zlib.inflate

/** What Node has from 22.15 and 23.8 on. */
interface MaybeZstd {
  readonly zstdDecompress?: Inflate
  readonly constants: { readonly [name: string]: number | undefined }
}

/**
 * The largest window of a zstd body, as a power of two: the 8 MB that RFC 9659 allows a sender. The decoder would
 * otherwise take 128 MB for a body of a few bytes that asks for it.
 */
const ZSTD_WINDOW_LOG_MAX = 23

const DECOMPRESS: { readonly [encoding: string]: Decompress } = {
  gzip: atMost(zlib.gunzip),
  deflate: atMost(zlib.inflate),
  br: atMost(zlib.brotliDecompress),
  ...zstd(zlib),
}

const ENCODINGS = Object.keys(DECOMPRESS).join(', ')

/**
 * How to read a body with this `Content-Encoding`; undefined when it is as it came. One encoding, never a list.
 *
 * @throws {@link RequestError} `unsupported_media_type`, naming the encodings that this Node has.
 */
export function decompressor(header: string | null): Decompress | undefined {
  const encoding = header?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity' || encoding === '') return undefined
  const found = Object.hasOwn(DECOMPRESS, encoding) ? DECOMPRESS[encoding] : undefined
  if (!found) {
    throw new RequestError('unsupported_media_type', `content-encoding must be one of ${ENCODINGS}, or absent`)
  }
  return found
}

function atMost(inflate: Inflate, params: { readonly [param: number]: number } = {}): Decompress {
  const run = promisify<Uint8Array, object, Uint8Array>(inflate)
  return (body, maxBytes) => run(body, { maxOutputLength: maxBytes, params })
}

function zstd({ zstdDecompress, constants }: MaybeZstd): { readonly zstd?: Decompress } {
  const windowLogMax = constants['ZSTD_d_windowLogMax']
  if (!zstdDecompress || windowLogMax === undefined) return {}
  return { zstd: atMost(zstdDecompress, { [windowLogMax]: ZSTD_WINDOW_LOG_MAX }) }
}
