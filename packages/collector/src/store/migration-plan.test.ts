import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { eventRow } from '../../test/event-row.ts'
import { type PostgresServer, postgresMissing, startPostgres } from '../../test/postgres-server.ts'
import type { SqlDriver } from './driver.ts'
import { openDuckDb } from './duckdb-driver.ts'
import { planMigration } from './migration-plan.ts'
import { MIGRATIONS } from './migration-steps.ts'
import { migrate } from './migrations.ts'
import { openStore } from './open-store.ts'
import { openPostgres } from './postgres-driver.ts'

const LATEST = MIGRATIONS.length

/** Leaves the tables at a version, and the driver open. */
async function atVersion(driver: SqlDriver, version: number): Promise<SqlDriver> {
  const ofTomorrow = () => ['CREATE TABLE of_tomorrow (id INTEGER)']
  await migrate(driver, { migrations: [...MIGRATIONS, ofTomorrow].slice(0, version) })
  return driver
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'threadline-plan-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

const bytesOf = (folder: string) =>
  readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')])

describe('the plan of a migration on DuckDB', () => {
  test('tells the steps that a start would take, and leaves every byte, the log included', async () => {
    const dataDir = temporaryFolder()
    const driver = await atVersion(await openDuckDb(dataDir), 11)
    // As a crash leaves them: what was committed is still in the log.
    const crashed = temporaryFolder()
    for (const name of readdirSync(dataDir)) copyFileSync(join(dataDir, name), join(crashed, name))
    await driver.close()
    const before = bytesOf(crashed)
    expect(before.map(([name]) => name)).toContain('events.duckdb.wal')

    const plan = await planMigration({ dataDir: crashed })
    expect(plan).toMatchObject({ engine: 'duckdb', from: 11, to: LATEST })
    expect(plan.steps.map(({ version }) => version)).toEqual(range(12, LATEST))
    expect(bytesOf(crashed)).toEqual(before)

    await (await openStore({ dataDir: crashed })).close()
    expect(await planMigration({ dataDir: crashed })).toMatchObject({ from: LATEST, steps: [] })
  })

  test('makes no database where there is none', async () => {
    const dataDir = temporaryFolder()
    expect(await planMigration({ dataDir })).toMatchObject({ from: 0, to: LATEST })
    expect(readdirSync(dataDir)).toEqual([])
  })

  test('is refused while the folder is open, whose lock stays', async () => {
    const dataDir = temporaryFolder()
    const store = await openStore({ dataDir })
    await expect(planMigration({ dataDir })).rejects.toMatchObject({ code: 'locked' })
    expect(await store.append([eventRow()])).toEqual([true])
    await store.close()
  })

  test('is refused for tables of a later version', async () => {
    const dataDir = temporaryFolder()
    await (await atVersion(await openDuckDb(dataDir), LATEST + 1)).close()
    await expect(planMigration({ dataDir })).rejects.toMatchObject({ code: 'too_new' })
  })
})

const missing = postgresMissing()
describe.skipIf(missing)(`the plan of a migration on PostgreSQL${missing ? ` (${missing})` : ''}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server?.stop(), 60_000)

  test('tells the steps that a start would take, and takes none', async () => {
    const databaseUrl = await server.createDatabase()
    const driver = await openPostgres(databaseUrl)
    const tables = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`
    expect(await planMigration({ databaseUrl })).toMatchObject({ engine: 'postgres', from: 0, to: LATEST })
    expect(await driver.query(tables)).toEqual([])

    await atVersion(driver, 11)
    const before = await driver.query(tables)
    const plan = await planMigration({ databaseUrl })
    expect(plan.steps.map(({ version }) => version)).toEqual(range(12, LATEST))
    expect(await driver.query(tables)).toEqual(before)

    const store = await openStore({ databaseUrl })
    expect(await planMigration({ databaseUrl })).toMatchObject({ from: LATEST, steps: [] })
    await store.close()
    await atVersion(driver, LATEST + 1)
    await expect(planMigration({ databaseUrl })).rejects.toMatchObject({ code: 'too_new' })
    await driver.close()
  })
})

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
