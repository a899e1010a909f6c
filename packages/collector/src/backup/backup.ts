import { openStore } from '../store/open-store.ts'
import { backupFolder, restoreFolder } from './copy-folder.ts'

export interface BackupOptions {
  /** Folder of the embedded database. A collector may be at work on it. */
  readonly dataDir: string
  /** Folder of the backup, which must not exist. */
  readonly to: string
}

export interface RestoreOptions {
  /** Folder of a backup. */
  readonly from: string
  /** Folder of the embedded database, made when missing; it must hold no database. */
  readonly dataDir: string
}

/**
 * Copies an embedded database, also while a collector works on it. Every event that was acknowledged before the call is in the
 * backup, once. For PostgreSQL, use its own tools.
 *
 * @throws {@link StoreError} when there is no database, Node's own error when `to` exists or its disk is full.
 */
export async function backupDataDir({ dataDir, to }: BackupOptions): Promise<void> {
  await backupFolder(dataDir, to)
}

/**
 * Makes a data folder of a backup, and opens it once to see that everything is there. When it ends early there is no database.
 *
 * @throws {@link StoreError} `data_lost` when the backup is incomplete, `locked` when the folder holds a database.
 */
export async function restoreDataDir({ from, dataDir }: RestoreOptions): Promise<void> {
  await restoreFolder(from, dataDir, async (folder) => {
    const store = await openStore({ dataDir: folder })
    await store.close()
  })
}
