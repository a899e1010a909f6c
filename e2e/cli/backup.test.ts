import { existsSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { StoreLocation } from '@threadline/collector'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  findPostgres,
  type PostgresServer,
  postgresMissing,
  startPostgres,
} from '../../packages/collector/test/postgres-server.ts'
import { type StoreEnv, startCollectorProcess } from '../collector/collector-process.ts'
import { createLedger, type Ledger, loadUntilGone } from '../collector/load.ts'
import { storedIds } from '../collector/stored.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { runCli, startCli } from './cli.ts'

interface UnderLoad {
  readonly ledger: Ledger
  /** More events than so many have been acknowledged since the start. */
  reach(events: number): Promise<void>
  stop(): Promise<void>
}

/** A collector that is sent events all the time. */
async function startUnderLoad(env: StoreEnv): Promise<UnderLoad> {
  const { url, child } = await startCollectorProcess(env)
  const stopping = new AbortController()
  const ledger = createLedger()
  const load = loadUntilGone({ url, ledger, unanswered: [], signal: stopping.signal })
  return {
    ledger,
    reach: (events) => expect.poll(() => ledger.acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(events),
    async stop() {
      stopping.abort()
      await load
      expect(await child.stop('SIGTERM')).toBe(0)
    },
  }
}

async function expectAllOf(acknowledged: ReadonlySet<string>, location: StoreLocation): Promise<void> {
  const stored = await storedIds(location)
  const distinct = new Set(stored)
  expect([...acknowledged].filter((id) => !distinct.has(id))).toEqual([])
  expect(stored).toHaveLength(distinct.size)
}

describe('threadline backup and restore', () => {
  test('under load: every event that was acknowledged before is there, once, on DuckDB', async () => {
    const dataDir = await temporaryDataDir()
    const parent = await temporaryDataDir()
    const collector = await startUnderLoad({ DATA_DIR: dataDir })
    await collector.reach(2_000)

    // One that is killed while it copies is no backup, and does not hold up the next one.
    const unfinished = join(parent, 'unfinished')
    const killed = startCli(['backup', unfinished, '--data-dir', dataDir])
    await expect.poll(() => existsSync(unfinished), { timeout: 60_000 }).toBe(true)
    await killed.stop('SIGKILL')
    rmSync(join(unfinished, 'backup.json'), { force: true })

    const acknowledged = new Set(collector.ledger.acknowledged)
    const backup = join(parent, 'backup')
    expect(await runCli(['backup', backup, '--data-dir', dataDir])).toMatchObject({ code: 0 })
    await collector.reach(acknowledged.size + 500)
    await collector.stop()

    const restored = join(parent, 'restored')
    expect(await runCli(['restore', unfinished, '--data-dir', restored])).toMatchObject({ code: 5 })
    // A restore that is killed leaves no database, and is begun again.
    const halfway = startCli(['restore', backup, '--data-dir', restored])
    await expect.poll(() => existsSync(join(restored, 'restoring')), { timeout: 60_000 }).toBe(true)
    await halfway.stop('SIGKILL')
    if (!existsSync(join(restored, 'events.duckdb'))) {
      expect(await runCli(['restore', backup, '--data-dir', restored])).toMatchObject({ code: 0 })
    }
    await expectAllOf(acknowledged, { dataDir: restored })
    expect(await runCli(['restore', backup, '--data-dir', restored])).toMatchObject({ code: 5 })
    await expectAllOf(collector.ledger.acknowledged, { dataDir })
  })

  test('overwrite nothing, and know what a backup is of', async () => {
    const dataDir = await temporaryDataDir()
    const parent = await temporaryDataDir()
    expect(await runCli(['backup', parent, '--data-dir', dataDir])).toMatchObject({ code: 2 })
    expect(await runCli(['backup', join(parent, 'new'), '--data-dir', dataDir])).toMatchObject({ code: 5 })
    expect(await runCli(['restore', join(parent, 'none'), '--data-dir', dataDir])).toMatchObject({ code: 2 })
    const postgres = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }
    expect(await runCli(['restore', parent], postgres)).toMatchObject({ code: 2 })
  })
})

const missing = postgresMissing()
describe.skipIf(missing)(`threadline backup and restore of PostgreSQL${missing ? ` (${missing})` : ''}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  test('under load: every event that was acknowledged before is there, once', async () => {
    const [databaseUrl, elsewhere] = [await server.createDatabase(), await server.createDatabase()]
    const PATH = [findPostgres(), process.env['PATH']].join(delimiter)
    const backup = join(await temporaryDataDir(), 'backup')
    const collector = await startUnderLoad({ DATABASE_URL: databaseUrl })
    await collector.reach(2_000)
    const acknowledged = new Set(collector.ledger.acknowledged)
    expect(await runCli(['backup', backup], { DATABASE_URL: databaseUrl, PATH })).toMatchObject({ code: 0 })
    await collector.reach(acknowledged.size + 500)
    await collector.stop()

    expect(await runCli(['restore', backup], { DATABASE_URL: elsewhere, PATH })).toMatchObject({ code: 0 })
    await expectAllOf(acknowledged, { databaseUrl: elsewhere })
    // Into a database that has the tables already it restores nothing.
    expect(await runCli(['restore', backup], { DATABASE_URL: elsewhere, PATH })).toMatchObject({ code: 5 })
  })
})
