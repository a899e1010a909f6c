import type { Count, EventRow } from '../store/store.ts'
import { StoreError } from '../store/store-error.ts'

/** Rows written in one transaction at most; a request larger than this still goes in one piece. */
const MAX_GROUP_ROWS = 4_000

/** Rows waiting at most, over all requests: some 100 MB. Beyond it, senders are asked to come back. */
const MAX_WAITING_ROWS = 50_000

export interface GroupCommitOptions {
  /** Writes rows and counts in one transaction; tells for each row whether it was stored now. */
  readonly append: (rows: readonly EventRow[], counts: readonly Count[]) => Promise<readonly boolean[]>
}

export interface GroupCommit {
  /**
   * Resolves when rows and counts are durable, with the outcome of each row. Rejects when none was written.
   *
   * @returns undefined, at once, when too much is waiting already.
   */
  submit(rows: readonly EventRow[], counts: readonly Count[]): Promise<readonly boolean[]> | undefined
  /** Resolves when everything submitted before the call has its outcome. */
  drain(): Promise<void>
}

interface Waiting {
  readonly rows: readonly EventRow[]
  readonly counts: readonly Count[]
  readonly resolve: (stored: readonly boolean[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * Writes the requests that arrive while one transaction runs together in the next one: one sync to disk for all of them,
 * and no waiting when there is nobody to wait for.
 */
export function createGroupCommit({ append }: GroupCommitOptions): GroupCommit {
  let waiting: Waiting[] = []
  let waitingRows = 0
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    // Requests of the same turn of the event loop join the first group.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) await write(takeGroup())
    running = undefined
  }

  function takeGroup(): Waiting[] {
    let rows = 0
    const end = waiting.findIndex((request, index) => {
      rows += request.rows.length
      return index > 0 && rows > MAX_GROUP_ROWS
    })
    const group = end === -1 ? waiting : waiting.slice(0, end)
    waiting = end === -1 ? [] : waiting.slice(end)
    waitingRows -= rowsOf(group).length
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
      if (waitingRows + rows.length > MAX_WAITING_ROWS) return undefined
      waitingRows += rows.length
      const result = new Promise<readonly boolean[]>((resolve, reject) => {
        waiting.push({ rows, counts, resolve, reject })
      })
      running ??= run()
      return result
    },
    async drain() {
      await running
    },
  }
}

function rowsOf(group: readonly Waiting[]): EventRow[] {
  return group.flatMap(({ rows }) => rows)
}

/** Gives each request its own part of the outcome. */
function settle(group: readonly Waiting[], stored: readonly boolean[]): void {
  let from = 0
  for (const { rows, resolve } of group) {
    resolve(stored.slice(from, from + rows.length))
    from += rows.length
  }
}
