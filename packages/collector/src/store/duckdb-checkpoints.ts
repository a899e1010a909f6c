/** Commits that stop for so long leave room for a checkpoint: whoever comes next waits for it. */
const IDLE_MS = 250

/** Below it, a checkpoint is not worth its syncs. */
const IDLE_BYTES = 1_000_000

/**
 * Under load without a pause the log grows to this before a checkpoint makes everyone wait, for a second or so; a
 * restart after a crash reads as much again.
 */
const MAX_BYTES = 256_000_000

export interface Checkpoints {
  /** A transaction with so many bytes of parameters was committed. Resolves when the next may begin. */
  committed(bytes: number): Promise<void>
  /** Starts no more. */
  stop(): void
}

export interface CheckpointsOptions {
  /** Writes one, waiting its turn. Does not reject. */
  readonly inTurn: () => Promise<void>
  /** Writes one at once, in the turn of the transaction that was just committed. Does not reject. */
  readonly now: () => Promise<void>
}

/**
 * Decides when DuckDB moves its log into the table file. Commits wait while it does, and its own rule (every 16 MB) makes
 * them wait in the middle of a burst; this one waits for the burst to end.
 */
export function createCheckpoints({ inTurn, now }: CheckpointsOptions): Checkpoints {
  let bytes = 0
  let timer: NodeJS.Timeout | undefined

  return {
    async committed(written) {
      bytes += written
      clearTimeout(timer)
      if (bytes >= MAX_BYTES) {
        bytes = 0
        await now()
      } else if (bytes >= IDLE_BYTES) {
        timer = setTimeout(() => {
          bytes = 0
          void inTurn()
        }, IDLE_MS).unref()
      }
    },
    stop: () => clearTimeout(timer),
  }
}
