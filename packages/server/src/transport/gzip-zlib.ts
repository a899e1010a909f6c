import { constants, gzip, gzipSync } from 'node:zlib'

/** Compressing less than this takes well under a millisecond: less than a trip to the thread pool costs. */
const SYNC_BELOW_CHARS = 16_384

/** Batches repeat the same keys over and over: the fastest level already reaches most of what the slow ones do. */
const OPTIONS = { level: constants.Z_BEST_SPEED }

/** gzip through `node:zlib`: small bodies at once, large ones off the event loop. */
export function gzipWithZlib(text: string): Promise<Buffer> {
  if (text.length < SYNC_BELOW_CHARS) return Promise.resolve(gzipSync(text, OPTIONS))
  return new Promise((resolve, reject) => {
    gzip(text, OPTIONS, (error, compressed) => (error ? reject(error) : resolve(compressed)))
  })
}
