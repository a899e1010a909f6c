/** Threadline's namespace for {@link nameUuid}: `5d6c4b0e-8f3a-4f0d-9a57-2c1e7b9d3f64`. */
const NAMESPACE = [0x5d6c4b0e, 0x8f3a4f0d, 0x9a572c1e, 0x7b9d3f64]

/** The bytes of the namespace, of the name, and SHA-1's padding, as big-endian words: a multiple of 16. */
function paddedWords(name: string): number[] {
  const bytes = new TextEncoder().encode(name)
  const length = bytes.length + 16
  const words = [...NAMESPACE, ...new Array<number>((((length + 8) >> 6) + 1) * 16 - 4).fill(0)]
  const put = (at: number, byte: number) => {
    words[at >> 2] = (words[at >> 2] ?? 0) | (byte << (24 - (at % 4) * 8))
  }
  bytes.forEach((byte, index) => {
    put(index + 16, byte)
  })
  put(length, 0x80)
  words[words.length - 1] = length * 8
  return words
}

const rotated = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits))

/** The function and the constant of each 20 rounds of SHA-1 (RFC 3174, 5). */
const ROUNDS: readonly (readonly [mix: (b: number, c: number, d: number) => number, constant: number])[] = [
  [(b, c, d) => (b & c) | (~b & d), 0x5a827999],
  [(b, c, d) => b ^ c ^ d, 0x6ed9eba1],
  [(b, c, d) => (b & c) | (b & d) | (c & d), 0x8f1bbcdc],
  [(b, c, d) => b ^ c ^ d, 0xca62c1d6],
]

type State = [a: number, b: number, c: number, d: number, e: number]

function compress(state: State, block: readonly number[]): State {
  const words = [...block]
  let [a, b, c, d, e] = state
  for (let round = 0; round < 80; round += 1) {
    const at = (back: number) => words[round - back] ?? 0
    if (round > 15) words.push(rotated(at(3) ^ at(8) ^ at(14) ^ at(16), 1))
    const [mix, constant] = ROUNDS[Math.floor(round / 20)] ?? [() => 0, 0]
    const next = (rotated(a, 5) + mix(b, c, d) + e + constant + (words[round] ?? 0)) | 0
    ;[a, b, c, d, e] = [next, a, rotated(b, 30), c, d]
  }
  const [h0, h1, h2, h3, h4] = state
  return [h0 + a, h1 + b, h2 + c, h3 + d, h4 + e]
}

/**
 * Makes the UUID version 5 (RFC 9562, 5.5) of a name: always the same one for the same name, and another for any other.
 *
 * For services that dedupe by an id of their own form. It is no secret and keeps none: SHA-1 is what the standard says.
 */
export function nameUuid(name: string): string {
  const words = paddedWords(name)
  let state: State = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]
  for (let at = 0; at < words.length; at += 16) state = compress(state, words.slice(at, at + 16))
  const [a, b, c, d] = state
  return [a, (b & 0xffff0fff) | 0x5000, (c & 0x3fffffff) | 0x80000000, d]
    .map((word) => (word >>> 0).toString(16).padStart(8, '0'))
    .join('')
    .replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
