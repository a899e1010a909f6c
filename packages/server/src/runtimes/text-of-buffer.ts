import type { TextOf } from '@threadline/schema'

/** Through `Buffer`: one call into the engine, and a string that is in one piece. */
export const textOf: TextOf = (ascii) => {
  const buffer = Buffer.from(ascii.buffer)
  return () => buffer.toString('latin1')
}
