import { type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from './store-error.ts'

/** The database's file in a data folder. */
export const FILE_NAME = 'events.duckdb'

/** Whoever copies the data folder keeps this file in it, no older than {@link HOLD_LASTS_MS}. */
export const BACKUP_HOLD = 'backup.hold'

/** After that, whoever copied is taken to be dead. */
const HOLD_LASTS_MS = 30_000

/** Tells whether a copy of the data folder is being made now. */
export function isBeingCopied(dataDir: string): boolean {
  const hold = read(join(dataDir, BACKUP_HOLD))
  return hold !== undefined && Math.abs(Date.now() - hold.mtimeMs) < HOLD_LASTS_MS
}

/** What befell the database's files while they were open: nothing, their log only, or all of it. */
export type Damage = 'none' | 'log' | 'all'

export interface FileWatch {
  /** Compares the files with what they were at the last {@link FileWatch.note}. */
  look(): Damage
  /** They are as they should be now. */
  note(): void
}

/**
 * Notices when the database file is removed or replaced, or its log is removed or cut: DuckDB itself goes on writing to what
 * nobody will find again. Two calls of `stat`, some 10 µs.
 */
export function watchFiles(path: string): FileWatch {
  const log = `${path}.wal`
  const inode = read(path)?.ino
  let before = read(log)

  return {
    look() {
      if (read(path)?.ino !== inode) return 'all'
      if (before === undefined) return 'none'
      const now = read(log)
      return now?.ino === before.ino && now.size >= before.size ? 'none' : 'log'
    },
    note() {
      before = read(log)
    },
  }
}

function read(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false })
}

/** Nothing may be acknowledged from here on. */
export function filesGone(path: string): StoreError {
  return new StoreError(
    'files_gone',
    `${path} was removed or replaced while it was open. What was stored since it was opened is gone with it: stop this collector, put the file back or restore a backup, and start again.`,
  )
}
