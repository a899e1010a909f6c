import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { SqlSession } from './driver.ts'
import { FILE_NAME } from './duckdb-files.ts'
import { openFailure, ownFolder } from './duckdb-ownership.ts'
import { openSession } from './duckdb-session.ts'

/**
 * Reads the database in `dataDir`, its log included, and leaves every file as it is.
 *
 * @throws {@link StoreError} `locked` while a collector has it open, or `unreachable`.
 */
export async function readUnchanged<T>(dataDir: string, work: (session: SqlSession) => Promise<T>): Promise<T> {
  const { path: folder, release } = ownFolder(dataDir)
  try {
    const instance = await openReadOnly(join(folder, FILE_NAME))
    try {
      const session = await openSession(instance)
      const result = await work(session)
      await session.close()
      return result
    } finally {
      instance.closeSync()
    }
  } finally {
    release()
  }
}

async function openReadOnly(path: string): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })
  } catch (error) {
    throw openFailure(path, error)
  }
}
