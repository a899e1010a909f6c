import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { StoreError } from './store-error.ts'

/** DuckDB's file lock does not see a second opening by the same process, so this register does. */
const OPEN_FOLDERS: unique symbol = Symbol.for('threadline.collector.open-folders')

/** A data folder that nobody else in this process has open. */
export interface OwnedFolder {
  /** Without symbolic links. */
  readonly path: string
  release(): void
}

/**
 * Takes a data folder, which exists, for one opening by this process.
 *
 * @throws {@link StoreError} `locked`.
 */
export function ownFolder(dataDir: string): OwnedFolder {
  const path = realpathSync(dataDir)
  const openFolders = folderRegister()
  if (openFolders.has(path)) throw inUse(path)
  openFolders.add(path)
  return { path, release: () => void openFolders.delete(path) }
}

function folderRegister(): Set<string> {
  const holder: typeof globalThis & { [OPEN_FOLDERS]?: Set<string> } = globalThis
  holder[OPEN_FOLDERS] ??= new Set()
  return holder[OPEN_FOLDERS]
}

/** What DuckDB says of a file that cannot be opened, in this package's terms. */
export function openFailure(path: string, cause: unknown): StoreError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  if (reason.includes('Could not set lock')) return inUse(dirname(path), cause)
  return new StoreError('unreachable', `cannot open the database in ${dirname(path)}: ${reason}`, { cause })
}

function inUse(folder: string, cause?: unknown): StoreError {
  return new StoreError(
    'locked',
    `${folder} is in use by another collector. One process owns a data folder: stop the other one, choose another folder, or use PostgreSQL (databaseUrl) to run several.`,
    { cause },
  )
}
