export interface UnderWay {
  /** Runs `work`, and counts it as under way until it has settled. */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when everything that was under way has settled. */
  settled(): Promise<void>
}

/** Knows what has begun and not ended, so that closing can wait for it. */
export function createUnderWay(): UnderWay {
  const running = new Set<Promise<unknown>>()
  return {
    async run(work) {
      const result = work()
      running.add(result)
      try {
        return await result
      } finally {
        running.delete(result)
      }
    },
    async settled() {
      await Promise.allSettled(running)
    },
  }
}
