import { createFairQueue } from '../fair-queue.ts'
import { RequestError } from '../http/request-error.ts'

/** What is done before the other connections are heard again, in ms of the one thread that all requests share. */
const BUDGET_MS = 4

/** Bytes of bodies that wait to be read though nobody knows yet whose they are. Half of what is left is one address's. */
const MAX_STRANGE_BYTES = 8_000_000

const STRANGE_RETRY_AFTER_S = 1

/** Whose work it is: a project's, whose key is known, or that of an address whose requests have shown no key yet. */
export type Owner = { readonly project: string } | { readonly address: string }

export interface Turn {
  readonly owner: Owner
  /** What waits for the turn, in bytes. */
  readonly bytes: number
}

export interface Turns {
  /**
   * Does what takes the thread for a while, when it is the owner's turn. Rejects with what `work` throws.
   *
   * @throws {@link RequestError} `rate_limited`, when too much waits whose owner is not known.
   */
  run<T>(turn: Turn, work: () => T | Promise<T>): Promise<T>
}

export interface TurnsOptions {
  /** Told how long an owner had the thread: a project, or undefined for all whom nobody knows. */
  readonly onUsed: (project: string | undefined, seconds: number) => void
  /** A clock in ms that never goes back. @defaultValue `performance.now` */
  readonly now?: () => number
}

/**
 * Shares the thread that parses and checks what arrives. Projects take turns, so that none waits for all that another sends;
 * all that is sent without a known key together has at most as much of its time as the projects have.
 */
export function createTurns({ onUsed, now = () => performance.now() }: TurnsOptions): Turns {
  const known = createFairQueue<() => void>()
  const strange = createFairQueue<() => void>()
  const strangeBytes = new Map<string, number>()
  let allStrangeBytes = 0
  /** How much more of the time strangers had while projects waited, in ms. */
  let aheadMs = 0
  let spentMs = 0
  let scheduled = false

  function execute<T>({ owner }: Turn, work: () => T | Promise<T>): Promise<T> {
    schedule()
    const begun = now()
    try {
      return Promise.resolve(work())
    } catch (error) {
      return Promise.reject(error)
    } finally {
      const usedMs = now() - begun
      spentMs += usedMs
      const isKnown = 'project' in owner
      // Whoever had the thread while nobody else wanted it owes nothing for it.
      aheadMs = Math.max(-BUDGET_MS, Math.min(BUDGET_MS, aheadMs + (isKnown ? -usedMs : usedMs)))
      onUsed(isKnown ? owner.project : undefined, usedMs / 1_000)
    }
  }

  function next(): (() => void) | undefined {
    const isStrangersTurn = known.size === 0 || (strange.size > 0 && aheadMs < 0)
    return isStrangersTurn ? strange.shift() : known.shift()
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      spentMs = 0
      while (spentMs < BUDGET_MS) {
        const begin = next()
        if (!begin) return
        begin()
      }
      schedule()
    })
  }

  function hold(address: string, bytes: number): void {
    const held = (strangeBytes.get(address) ?? 0) + bytes
    if (held === 0) strangeBytes.delete(address)
    else strangeBytes.set(address, held)
    allStrangeBytes += bytes
  }

  function checkRoom(address: string, bytes: number): void {
    const room = MAX_STRANGE_BYTES - allStrangeBytes - (strangeBytes.get(address) ?? 0)
    if (allStrangeBytes === 0 || bytes <= room) return
    throw new RequestError(
      'rate_limited',
      `too much waits that came without a known key; send it in Authorization, or try again in ${STRANGE_RETRY_AFTER_S} s`,
      { retryAfterS: STRANGE_RETRY_AFTER_S },
    )
  }

  return {
    async run(turn, work) {
      if (known.size === 0 && strange.size === 0 && spentMs < BUDGET_MS) return await execute(turn, work)
      const { owner, bytes } = turn
      const isKnown = 'project' in owner
      if (!isKnown) {
        checkRoom(owner.address, bytes)
        hold(owner.address, bytes)
      }
      return await new Promise((resolve) => {
        const begin = () => {
          if (!isKnown) hold(owner.address, -bytes)
          resolve(execute(turn, work))
        }
        if (isKnown) known.push(owner.project, begin)
        else strange.push(owner.address, begin)
        schedule()
      })
    },
  }
}
