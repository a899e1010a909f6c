import { availableParallelism } from 'node:os'
import { DuckDBInstance } from '@duckdb/node-api'
import { openSession, type Session } from './duckdb-session.ts'

/** Reads that run side by side: a report, what is read of one person, and the tail of live streams. */
const READERS = 3

/**
 * A report would take every core there is, and events would wait for it. One core is left to them; with two, a report takes
 * twice as long and no more than its half.
 */
const THREADS = Math.max(1, availableParallelism() - 1)

/** A database file that is open, with a connection for each purpose. */
export interface Connections {
  readonly writer: Session
  readonly lookups: Session
  /** For reads that nobody waits for. */
  readonly background: Session
  /** Runs `work` on the reading connection that is free first. */
  read<T>(work: (session: Session) => Promise<T>): Promise<T>
  /** Resolves when running statements have ended and the file is released. A second call returns the first call's promise. */
  close(): Promise<void>
}

/** Opens (or makes) the database file at `path`. Rejects with DuckDB's own error. */
export async function openConnections(path: string): Promise<Connections> {
  const instance = await DuckDBInstance.create(path, {
    // The driver checkpoints by itself, in small steps: an automatic one stalls the commit that triggers it.
    checkpoint_threshold: '1GB',
    threads: String(THREADS),
    // Nothing but this one file: no query can read others, fetch or load anything.
    enable_external_access: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const writer = await openSession(instance)
  const lookups = await openSession(instance)
  const background = await openSession(instance)
  const readers = createPool(await Promise.all(Array.from({ length: READERS }, () => openSession(instance))))

  let closing: Promise<void> | undefined

  async function close(): Promise<void> {
    await Promise.all([readers.close(), lookups.close(), background.close(), writer.close()])
    instance.closeSync()
  }

  return {
    writer,
    lookups,
    background,
    read: readers.run,
    close() {
      closing ??= close()
      return closing
    },
  }
}

/** Gives each piece of work the connection that is free first. */
function createPool(sessions: readonly Session[]) {
  const free = [...sessions]
  const waiting: ((session: Session) => void)[] = []

  function take(): Promise<Session> {
    const session = free.pop()
    return session ? Promise.resolve(session) : new Promise((resolve) => waiting.push(resolve))
  }

  return {
    async run<T>(work: (session: Session) => Promise<T>): Promise<T> {
      const session = await take()
      try {
        return await work(session)
      } finally {
        const next = waiting.shift()
        if (next) next(session)
        else free.push(session)
      }
    },
    async close(): Promise<void> {
      await Promise.all(sessions.map((session) => session.close()))
    },
  }
}
