import { createFairQueue } from '../fair-queue.ts'
import type { AppendOutcome, Count, EventRow } from '../store/store.ts'
import { StoreError } from '../store/store-error.ts'

/**
 * Bytes of events written in one transaction at most; a request larger than this still goes in one piece. More would not
 * be faster: a larger group holds up the event loop for longer, and everyone waits for all of it.
 */
const MAX_GROUP_BYTES = 1_000_000

/** Bytes of events waiting at most, over all requests. Beyond it, senders are asked to come back. */
const MAX_WAITING_BYTES = 64_000_000

export interface GroupCommitOptions {
  /** Writes rows and counts in one transaction; tells for each row what became of it. */
  readonly append: (rows: readonly EventRow[], counts: readonly Count[]) => Promise<readonly AppendOutcome[]>
  /** Transactions at once: 1 where the database has one writer. Integer. */
  readonly writers: number
}

export interface GroupCommit {
  /**
   * Resolves when rows and counts are durable, with the outcome of each row. Rejects when none was written.
   *
   * @returns undefined, at once, when too much is waiting already.
   */
  submit(rows: readonly EventRow[], counts: readonly Count[]): Promise<readonly AppendOutcome[]> | undefined
  /** What waits for a transaction, over all projects. */
  waiting(): { readonly requests: number; readonly bytes: number }
  /** Resolves when everything submitted before the call has its outcome. */
  drain(): Promise<void>
}

interface Waiting {
  readonly rows: readonly EventRow[]
  readonly counts: readonly Count[]
  readonly bytes: number
  readonly resolve: (stored: readonly AppendOutcome[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * Writes the requests that arrive while all writers are at work together in the next transaction: one sync to disk for all of them,
 * and no waiting when there is nobody to wait for. Projects take turns in it, so that none waits for all that another sends.
 */
export function createGroupCommit({ append, writers }: GroupCommitOptions): GroupCommit {
  const waiting = createFairQueue<Waiting>()
  let waitingBytes = 0
  const running = new Set<Promise<void>>()

  function start(): void {
    if (running.size === writers) return
    const run = work().finally(() => running.delete(run))
    running.add(run)
  }

  async function work(): Promise<void> {
    // Requests of the same turn of the event loop join the first group.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.size > 0) await write(takeGroup())
  }

  function takeGroup(): Waiting[] {
    const group: Waiting[] = []
    let bytes = 0
    for (let next = waiting.peek(); next; next = waiting.peek()) {
      bytes += next.bytes
      if (group.length > 0 && bytes > MAX_GROUP_BYTES) break
      group.push(next)
      waiting.shift()
      waitingBytes -= next.bytes
    }
    return group
  }

  /**
   * A group that fails is tried again request by request, so that nobody pays for what another request brought; but not
   * when it is the database that fails.
   */
  async function write(group: readonly Waiting[]): Promise<void> {
    try {
      settle(
        group,
        await append(
          rowsOf(group),
          group.flatMap(({ counts }) => counts),
        ),
      )
    } catch (error) {
      if (group.length === 1 || error instanceof StoreError) for (const { reject } of group) reject(error)
      else for (const request of group) await write([request])
    }
  }

  return {
    submit(rows, counts) {
      const bytes = rows.reduce((sum, { body }) => sum + body.length, 0)
      if (waitingBytes + bytes > MAX_WAITING_BYTES) return undefined
      waitingBytes += bytes
      // All of a request is one project's.
      const project = rows[0]?.project ?? counts[0]?.project ?? ''
      const result = new Promise<readonly AppendOutcome[]>((resolve, reject) => {
        waiting.push(project, { rows, counts, bytes, resolve, reject })
      })
      start()
      return result
    },
    waiting: () => ({ requests: waiting.size, bytes: waitingBytes }),
    async drain() {
      await Promise.all(running)
    },
  }
}

function rowsOf(group: readonly Waiting[]): EventRow[] {
  return group.flatMap(({ rows }) => rows)
}

/** Gives each request its own part of the outcome. */
function settle(group: readonly Waiting[], stored: readonly AppendOutcome[]): void {
  let from = 0
  for (const { rows, resolve } of group) {
    resolve(stored.slice(from, from + rows.length))
    from += rows.length
  }
}
