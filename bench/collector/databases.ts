import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SqlDriver } from '../../packages/collector/src/store/driver.ts'
import { openDuckDb } from '../../packages/collector/src/store/duckdb-driver.ts'
import { openPostgres } from '../../packages/collector/src/store/postgres-driver.ts'
import { postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'

/** Runs `work` on an empty DuckDB, then on an empty PostgreSQL where there is one. */
export async function onEachDatabase(work: (driver: SqlDriver) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'threadline-bench-'))
  const duckDb = await openDuckDb(dataDir)
  try {
    await work(duckDb)
  } finally {
    await duckDb.close()
    rmSync(dataDir, { recursive: true })
  }
  if (postgresMissing() !== undefined) return
  const server = await startPostgres()
  try {
    const postgres = await openPostgres(await server.createDatabase())
    await work(postgres)
    await postgres.close()
  } finally {
    await server.stop()
  }
}
