// Declared here because this package compiles without DOM or Node types; every supported runtime has it.
declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array }

/** Fills `bytes` with random numbers and returns it. */
export type RandomSource = (bytes: Uint8Array) => Uint8Array

// Read at call time: Workers forbid randomness while a module loads, and tests replace the global.
const secureRandom: RandomSource = (bytes) => crypto.getRandomValues(bytes)

/** The 26 bits that make ids of one millisecond ascend: 12 in `rand_a`, 14 at the start of `rand_b`. */
const COUNTER_MASK = 0x3ff_ffff

let lastMs = -1
let counter = 0

/**
 * Makes a UUID version 7 (RFC 9562): 48 bits of time, a counter of 26 bits and 48 random bits.
 *
 * Ids made by this function for one millisecond ascend. The counter starts at a random 24-bit number in each
 * millisecond, so that two processes do not walk the same ids. When `now` steps back, so do the ids.
 *
 * Small, for browsers; a server that makes thousands in a second uses {@link createUuidv7}.
 *
 * @param now - Whole milliseconds since the Unix epoch; the clock unless given.
 * @param random - `crypto.getRandomValues` unless given.
 */
export function uuidv7(now: number = Date.now(), random: RandomSource = secureRandom): string {
  const bytes = new Uint8Array(9)
  random(bytes)
  let hex = ''
  // Not Array.from: libraries of before ES2015 replace it on their pages by one that maps nothing.
  for (const byte of bytes) hex += (byte + 256).toString(16).slice(1)
  counter = now === lastMs ? (counter + 1) & COUNTER_MASK : parseInt(hex.slice(0, 6), 16)
  lastMs = now
  // Version and variant around the halves of the counter.
  const middle = 0x7000_8000 + (counter >> 14) * 0x1_0000 + (counter & 0x3fff)
  return (hexTime(now) + middle.toString(16) + hex.slice(6)).replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** 455 ids; a call into the runtime's generator costs more than all the rest of an id. */
const POOL_BYTES = 4_096

/** Makes a function that reads what is in `ascii` at the time of the call as a string. */
export type TextOf = (ascii: Uint8Array) => () => string

const textOfCodes: TextOf = (ascii) => () => Reflect.apply(String.fromCharCode, undefined, ascii)

/**
 * Makes a {@link uuidv7} function for a hot path: several times as fast, with its own counter.
 *
 * It draws randomness for some hundred ids at once, and writes characters into one array in place of joining strings.
 * Creating it draws nothing, so module scope is fine on Workers.
 *
 * @param random - `crypto.getRandomValues` unless given.
 * @param textOf - A faster way to a string, where the runtime has one: Node's `Buffer`.
 */
export function createUuidv7(
  random: RandomSource = secureRandom,
  textOf: TextOf = textOfCodes,
): (now?: number) => string {
  const digits = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
  const ascii = new Uint8Array(36).fill('-'.charCodeAt(0))
  const text = textOf(ascii)
  const pool = new Uint8Array(POOL_BYTES)
  const view = new DataView(pool.buffer)
  let offset = POOL_BYTES
  let lastMs = -1
  let counter = 0

  function write(at: number, byte: number): void {
    ascii[at] = digits[byte >> 4] ?? 0
    ascii[at + 1] = digits[byte & 15] ?? 0
  }

  return (now = Date.now()) => {
    if (offset + 9 > POOL_BYTES) {
      random(pool)
      offset = 0
    }
    if (now === lastMs) {
      counter = (counter + 1) & COUNTER_MASK
    } else {
      lastMs = now
      const time = hexTime(now).replace(/.{4}$/, '-$&')
      for (let index = 0; index < time.length; index += 1) ascii[index] = time.charCodeAt(index)
      counter = view.getUint32(offset) >>> 8
      offset += 3
    }
    const high = 0x7000 | (counter >> 14)
    const low = 0x8000 | (counter & 0x3fff)
    write(14, high >> 8)
    write(16, high & 255)
    write(19, low >> 8)
    write(21, low & 255)
    for (let at = 24; at < 36; at += 2) write(at, view.getUint8(offset++))
    return text()
  }
}

function hexTime(now: number): string {
  return now.toString(16).padStart(12, '0')
}
