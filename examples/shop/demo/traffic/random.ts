/** Random numbers that are the same in every run: uniform in [0, 1), from a 32-bit seed (the mulberry32 generator). */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Something that happens so often, compared with the others in its list. */
export interface Weighted {
  readonly weight: number
}

/** Of which there is at least one. */
export type Choices<T> = readonly [T & Weighted, ...(T & Weighted)[]]

/** Decisions by {@link seededRandom}. */
export interface Dice {
  /** Whether something with this probability happens. */
  chance(probability: number): boolean
  /** Uniform in [min, max). */
  between(min: number, max: number): number
  pick<T>(choices: readonly [T, ...T[]]): T
  weigh<T extends Weighted>(choices: readonly [T, ...T[]]): T
}

export function createDice(seed: number): Dice {
  const random = seededRandom(seed)
  const between = (min: number, max: number) => min + random() * (max - min)
  return {
    chance: (probability) => random() < probability,
    between,
    pick: (choices) => choices[Math.floor(random() * choices.length)] ?? choices[0],
    weigh(choices) {
      const whole = choices.reduce((sum, { weight }) => sum + weight, 0)
      let left = between(0, whole)
      const isIt = ({ weight }: Weighted) => {
        left -= weight
        return left < 0
      }
      return choices.find(isIt) ?? choices[0]
    },
  }
}
