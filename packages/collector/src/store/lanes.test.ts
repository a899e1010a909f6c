import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { eventRow } from '../../test/event-row.ts'
import { type PostgresServer, postgresMissing, startPostgres } from '../../test/postgres-server.ts'
import type { SqlDriver } from './driver.ts'
import { openDuckDb } from './duckdb-driver.ts'
import { openPostgres } from './postgres-driver.ts'
import { createSqlStore } from './sql-store.ts'

/** More reads than either engine has connections for. */
const MANY = 10

/** All that senders wait for, while `reads` hold every connection that reads have; tells what ended first. */
async function storeBeside(driver: SqlDriver, startReads: () => readonly Promise<unknown>[]): Promise<string[]> {
  const store = await createSqlStore(driver)
  await store.secret('page_session')
  const ended: string[] = []
  for (const read of startReads()) void read.catch(() => undefined).then(() => ended.push('read'))
  expect(await store.append([eventRow()])).toEqual([true])
  expect(await store.keys()).toEqual([])
  await store.secret('page_session')
  await store.ping()
  return [...ended, 'stored']
}

describe('DuckDB', () => {
  test('stores events and looks up keys while all reads are slow, and ends those that take too long', {
    timeout: 60_000,
  }, async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'threadline-lanes-'))
    const driver = await openDuckDb(dataDir, 4_000)
    onTestFinished(async () => {
      await driver.close()
      rmSync(dataDir, { recursive: true })
    })
    // For hours, were there no limit.
    const endless = 'SELECT count(*) AS count FROM range(100000000) AS a, range(100000000) AS b'
    let reads: Promise<unknown>[] = []
    const ended = await storeBeside(driver, () => {
      reads = Array.from({ length: 3 }, () => driver.query(endless))
      return reads
    })
    expect(ended).toEqual(['stored'])
    for (const read of reads) await expect(read).rejects.toMatchObject({ code: 'timed_out' })
    expect(await driver.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })
})

const missing = postgresMissing()
describe.skipIf(missing)(`PostgreSQL${missing ? ` (${missing})` : ''}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server?.stop(), 60_000)

  async function open(readTimeoutMs?: number) {
    const databaseUrl = await server.createDatabase()
    const driver = await openPostgres(databaseUrl, readTimeoutMs)
    onTestFinished(() => driver.close())
    const holder = new pg.Client({ connectionString: databaseUrl })
    await holder.connect()
    onTestFinished(() => holder.end())
    return { driver, holder }
  }

  test('stores events and looks up keys while all reads are slow', { timeout: 60_000 }, async () => {
    const { driver, holder } = await open()
    await holder.query('SELECT pg_advisory_lock(1)')
    let reads: Promise<unknown>[] = []
    const ended = await storeBeside(driver, () => {
      reads = Array.from({ length: MANY }, () => driver.query('SELECT pg_advisory_xact_lock_shared(1) IS NULL AS read'))
      return reads
    })
    expect(ended).toEqual(['stored'])
    await holder.query('SELECT pg_advisory_unlock(1)')
    expect(await Promise.all(reads)).toHaveLength(MANY)
  })

  test('stores events while people are forgotten that another transaction holds', { timeout: 60_000 }, async () => {
    const { driver, holder } = await open()
    const store = await createSqlStore(driver)
    await store.append([eventRow({ project: 'theirs', user_id: 'user-1' })])
    await holder.query('BEGIN; LOCK TABLE identity_links IN ACCESS EXCLUSIVE MODE')
    const person = { userId: 'user-1', anonymousIds: [] }
    let forgotten = 0
    const forgetting = Array.from({ length: MANY }, () =>
      store.forget('theirs', person).then(() => {
        forgotten += 1
      }),
    )
    expect(await store.append([eventRow()])).toEqual([true])
    expect(forgotten).toBe(0)
    await holder.query('COMMIT')
    await Promise.all(forgetting)
  })

  test('ends a read that takes too long', { timeout: 60_000 }, async () => {
    const { driver } = await open(500)
    await expect(driver.query('SELECT pg_sleep(60) IS NULL AS slept')).rejects.toMatchObject({ code: 'timed_out' })
    expect(await driver.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })
})
