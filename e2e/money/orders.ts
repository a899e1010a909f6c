/** Numbers from 0 to 1 that are the same on every machine. Source: mulberry32, by T. Ettinger, public domain. */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Longest list whose every order is tried: 720 for six. */
const EVERY_ORDER = 6
const RANDOM_ORDERS = 50

/** Every order of a short list, and seeded-random ones of a long one. */
export function ordersOf<T>(list: readonly T[], random: () => number): readonly (readonly T[])[] {
  if (list.length <= EVERY_ORDER) return permutations(list)
  return Array.from({ length: RANDOM_ORDERS }, () => shuffled(list, random))
}

export function shuffled<T>(list: readonly T[], random: () => number): readonly T[] {
  return list
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

function permutations<T>(list: readonly T[]): readonly (readonly T[])[] {
  if (list.length <= 1) return [list]
  return list.flatMap((first, index) => permutations(list.toSpliced(index, 1)).map((rest) => [first, ...rest]))
}
