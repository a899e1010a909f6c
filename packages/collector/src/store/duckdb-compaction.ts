import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

/**
 * Writes the database file at `path` anew, with what is stored now and nothing that was deleted: DuckDB keeps the bytes of
 * deleted rows in their blocks, and free blocks as they were. Nobody may have it open. Takes as much room again, and some
 * seconds for each 100 MB. A crash in between leaves the old file as it was.
 *
 * @param settle - A statement with one parameter, the time, that is run on the new file; `fresh` is its catalog.
 */
export async function compactDuckDb(path: string, settle: string): Promise<void> {
  const fresh = `${path}.fresh`
  remove(fresh)
  const instance = await DuckDBInstance.create(path)
  try {
    const connection = await instance.connect()
    const [catalog] = (await connection.runAndReadAll('SELECT current_database() AS name')).getRowObjectsJS()
    await connection.run('CHECKPOINT')
    await connection.run(`ATTACH ${quoted(fresh, "'")} AS fresh`)
    await connection.run(`COPY FROM DATABASE ${quoted(String(catalog?.['name']), '"')} TO fresh`)
    await connection.run(settle, [BigInt(Date.now())])
    await connection.run('CHECKPOINT fresh')
    await connection.run('DETACH fresh')
    connection.closeSync()
  } finally {
    instance.closeSync()
  }
  sync(fresh)
  // All of it was in the old file already, and it must not be replayed on the new one.
  rmSync(`${path}.wal`, { force: true })
  renameSync(fresh, path)
  sync(dirname(path))
}

function remove(path: string): void {
  for (const each of [path, `${path}.wal`]) rmSync(each, { force: true })
}

function sync(path: string): void {
  const file = openSync(path, 'r')
  fsyncSync(file)
  closeSync(file)
}

function quoted(text: string, quote: string): string {
  return `${quote}${text.replaceAll(quote, quote + quote)}${quote}`
}
