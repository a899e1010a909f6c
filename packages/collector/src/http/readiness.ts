/** What was stored so lately proves that more can be. */
const PROVEN_MS = 1_000

/**
 * Events that could not be stored outweigh a small write that could: a full disk has room for that at times. Not for longer, since no
 * events come while a load balancer sends them elsewhere.
 */
const FAILED_MS = 5_000

/** A database that takes longer for one small write takes no events either; whoever asks wants to know within a second. */
const TIMEOUT_MS = 800

export interface Readiness {
  /** Events were stored. */
  proven(): void
  /** Events could not be stored. */
  failed(): void
  /** Whether the database took a write within the last second, and failed at none of late. Resolves within a second, and never rejects. */
  isReady(): Promise<boolean>
}

export interface ReadinessOptions {
  /** Writes something. Rejects when it cannot. */
  readonly prove: () => Promise<void>
  /** A clock in ms that never goes back. @defaultValue `performance.now` */
  readonly now?: () => number
}

/** Knows whether events can be stored. Many who ask at once cost one write. */
export function createReadiness({ prove, now = () => performance.now() }: ReadinessOptions): Readiness {
  let provenAt = Number.NEGATIVE_INFINITY
  let failedAt = Number.NEGATIVE_INFINITY
  let proving: Promise<boolean> | undefined

  async function tryWriting(): Promise<boolean> {
    try {
      await prove()
      provenAt = now()
      return true
    } catch {
      return false
    } finally {
      proving = undefined
    }
  }

  return {
    proven() {
      provenAt = now()
      failedAt = Number.NEGATIVE_INFINITY
    },
    failed() {
      failedAt = now()
    },
    isReady() {
      if (now() - failedAt < FAILED_MS) return Promise.resolve(false)
      if (now() - provenAt < PROVEN_MS) return Promise.resolve(true)
      proving ??= tryWriting()
      return within(TIMEOUT_MS, proving)
    },
  }
}

async function within(ms: number, answer: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
