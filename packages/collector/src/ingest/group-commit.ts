import type { Count, EventRow } from '../store/store.ts'

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
    waitingRows -= countRows(group)
    return group
  }

  /** A group that fails is tried again request by request, so that nobody pays for what another request brought. */
  async function write(group: readonly Waiting[]): Promise<void> {
    try {
      const rows = group.flatMap((request) => request.rows)
      const counts = group.flatMap((request) => request.counts)
      const stored = await append(rows, counts)
      let from = 0
      for (const request of group) {
        request.resolve(stored.slice(from, from + request.rows.length))
        from += request.rows.length
      }
    } catch (error) {
      const [only] = group
      if (only && group.length === 1) only.reject(error)
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

function countRows(requests: readonly Waiting[]): number {
  return requests.reduce((sum, { rows }) => sum + rows.length, 0)
}
