import type { Clock, QueueItem, ThreadlineError } from '@threadline/core'

/**
 * Keeps events on disk until they have left, so that a process that is killed loses nothing.
 *
 * What is captured in one tick is written when the tick ends, as one group; once written it survives `kill -9`. A power
 * cut may cost what came after the last sync. The next process that opens the folder sends what was left.
 *
 * One client at a time, of all threads, processes, containers and machines that see the folder: another gets
 * `spool_failed`, holds its events in memory, and takes the folder over when it comes free. That is within 5 seconds
 * after the holder ended, however it ended, when both share a process table; otherwise after 20 seconds without a sign of
 * life. A holder that was stopped for longer than that, as a virtual machine may be, loses the folder and gets
 * `spool_failed`.
 */
export interface SpoolOptions {
  /**
   * A folder for this client alone; made when it does not exist. Files are readable by their owner only. Give each worker
   * of a cluster its own, under a name that it has again after a restart.
   */
  readonly dir: string
  /**
   * Most bytes on disk. What does not fit is held in memory only, with one `spool_failed`.
   *
   * @defaultValue `268_435_456`, 256 MiB
   */
  readonly maxBytes?: number | undefined
  /**
   * Longest that written events wait for `fdatasync`, in milliseconds: what a power cut may cost.
   *
   * @defaultValue `1_000`
   */
  readonly syncIntervalMs?: number | undefined
}

/** What a client needs of its spool. `lane` is the place of a destination among the client's. */
export interface Spool {
  append(lane: number, item: QueueItem): void
  left(lane: number, items: readonly QueueItem[]): void
  /** Whether an event is on disk, or about to be. */
  holds(item: QueueItem): boolean
  /** Opens the folder, at once or when it comes free, and hands out what an earlier process left. */
  start(queues: SpoolQueues): void
  /** Resolves when all that an earlier process left has been handed out. */
  replayed(): Promise<unknown>
  /** Writes what is outstanding and frees the folder. */
  close(): Promise<void>
  /** The same before it returns, for a process that ends then. What could not be written is not held any more. */
  closeNow(): void
}

/** The client's queues, by the place of their destination. */
export interface SpoolQueues {
  /** What a queue holds now. */
  held(lane: number): readonly QueueItem[]
  add(lane: number, item: QueueItem): void
  /** Resolves when there is room for one event more. */
  room(): Promise<void>
}

/** What a spool needs of its client. */
export interface SpoolParts {
  /** Names of the destinations, each of which gets a folder of its own. */
  readonly destinations: readonly string[]
  readonly clock: Clock
  readonly byteLength: (text: string) => number
  readonly onError: (error: ThreadlineError) => void
}
