import { createFairQueue } from '../fair-queue.ts'
import { StoreError } from './store-error.ts'

export interface ReadGateOptions {
  /** What messages call those who wait here, for example `reports`. */
  readonly name: string
  /** Reads that run side by side. Integer, at least 1. */
  readonly atOnce: number
  /** Reads that may wait for their turn, of all projects. */
  readonly maxWaiting: number
  /** Of one project. */
  readonly maxWaitingOfProject: number
  /** Longest wait for a turn, in ms. */
  readonly maxWaitMs: number
  /** Told of each read that has ended, how long it took without waiting. @defaultValue nobody is */
  readonly onRead?: (seconds: number) => void
}

export interface ReadGate {
  /**
   * Runs `read` when its turn has come; the turns alternate between projects.
   *
   * @throws {@link StoreError} `busy` at once when too many wait already, and after the longest wait.
   */
  run<T>(project: string, read: () => Promise<T>): Promise<T>
  /** Reads that wait for their turn now. */
  readonly waiting: number
}

/** What a read is taken to last before any has ended, in ms. */
const FIRST_GUESS_MS = 500

/** The share of the newest read in the average duration. */
const NEWEST = 0.2

/** Lets a few reads at the database at once and a few wait for them: whoever comes beyond that hears so at once. */
export function createReadGate(options: ReadGateOptions): ReadGate {
  const { name, atOnce, maxWaiting, maxWaitingOfProject, maxWaitMs, onRead = () => undefined } = options
  const queue = createFairQueue<() => void>()
  let running = 0
  let averageMs = FIRST_GUESS_MS

  function busy(reason: string): StoreError {
    // When those in front will have had their turns.
    const retryAfterS = Math.ceil(((queue.size + 1) * averageMs) / atOnce / 1_000)
    return new StoreError('busy', `${reason}; try again in ${retryAfterS} s`, { retryAfterS })
  }

  function next(): void {
    while (running < atOnce && queue.size > 0) queue.shift()?.()
  }

  function turn(project: string): Promise<void> {
    if (running < atOnce) {
      running += 1
      return Promise.resolve()
    }
    if (queue.size >= maxWaiting || queue.sizeOf(project) >= maxWaitingOfProject) {
      return Promise.reject(busy(`too many ${name} are waiting already (${queue.size})`))
    }
    return new Promise((resolve, reject) => {
      const begin = () => {
        clearTimeout(timer)
        running += 1
        resolve()
      }
      const timer = setTimeout(() => {
        queue.remove(project, begin)
        reject(busy(`the ${name} in front took more than ${maxWaitMs / 1_000} s`))
      }, maxWaitMs)
      queue.push(project, begin)
    })
  }

  return {
    get waiting() {
      return queue.size
    },
    async run(project, read) {
      await turn(project)
      const begun = performance.now()
      try {
        return await read()
      } finally {
        const ms = performance.now() - begun
        onRead(ms / 1_000)
        averageMs += (ms - averageMs) * NEWEST
        running -= 1
        next()
      }
    },
  }
}
