import type { StoreLocation } from '@threadline/collector'
import type { TrackEvent } from '@threadline/schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PostgresServer, postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { type StoreEnv, startCollectorProcess } from './collector-process.ts'
import { createLedger, type Ledger, loadUntilGone, makeEvents, sendBatch } from './load.ts'
import { storedIds } from './stored.ts'

const KILLS = 8

/** A life of the collector under load, ended after so many ms. What it left unanswered is for the next life. */
async function live(
  env: StoreEnv,
  { ledger, unanswered, lifeMs }: { ledger: Ledger; unanswered: TrackEvent[][]; lifeMs: number },
): Promise<void> {
  const { url, child } = await startCollectorProcess(env)
  const stopping = new AbortController()
  const load = loadUntilGone({ url, ledger, unanswered, signal: stopping.signal })
  await new Promise((resolve) => setTimeout(resolve, lifeMs))
  expect(await child.stop('SIGKILL')).toBe('SIGKILL')
  stopping.abort()
  await load
}

/** After the last kill every batch is sent until it is answered, as an SDK would. */
async function settle(env: StoreEnv, ledger: Ledger, unanswered: readonly TrackEvent[][]): Promise<void> {
  const { url, child } = await startCollectorProcess(env)
  for (const events of unanswered) await sendBatch(url, events, ledger)
  expect(await child.stop('SIGTERM')).toBe(0)
}

async function expectExactly(location: StoreLocation, ledger: Ledger): Promise<void> {
  const stored = await storedIds(location)
  const missing = [...ledger.acknowledged].filter((id) => !stored.includes(id))
  expect(missing).toEqual([])
  expect(new Set(stored).size).toBe(stored.length)
  expect(new Set(stored)).toEqual(ledger.sent)
}

/** Moments spread over a life's first second, different in every run; a failure names them. */
function randomLives(): number[] {
  return Array.from({ length: KILLS }, () => Math.round(50 + Math.random() * 950))
}

describe('a collector that is killed again and again under load', () => {
  test('has every acknowledged event once, on DuckDB', async () => {
    const dataDir = await temporaryDataDir()
    const [ledger, unanswered, lives] = [createLedger(), [] as TrackEvent[][], randomLives()]
    for (const lifeMs of lives) await live({ DATA_DIR: dataDir }, { ledger, unanswered, lifeMs })
    const acknowledgedBefore = ledger.acknowledged.size
    await settle({ DATA_DIR: dataDir }, ledger, unanswered)
    await expectExactly({ dataDir }, ledger)
    expect(acknowledgedBefore, `lives of ${lives} ms`).toBeGreaterThan(KILLS * 20)
  })
})

const missing = postgresMissing()
describe.skipIf(missing)(`on PostgreSQL${missing ? ` (${missing})` : ''}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  test('a collector that is killed again and again has every acknowledged event once', async () => {
    const databaseUrl = await server.createDatabase()
    const [ledger, unanswered, lives] = [createLedger(), [] as TrackEvent[][], randomLives()]
    for (const lifeMs of lives) await live({ DATABASE_URL: databaseUrl }, { ledger, unanswered, lifeMs })
    const acknowledgedBefore = ledger.acknowledged.size
    await settle({ DATABASE_URL: databaseUrl }, ledger, unanswered)
    await expectExactly({ databaseUrl }, ledger)
    expect(acknowledgedBefore, `lives of ${lives} ms`).toBeGreaterThan(KILLS * 20)
  })

  test('a database that is killed under load loses nothing acknowledged, and the collector goes on with it', async () => {
    const databaseUrl = await server.createDatabase()
    const { url, child } = await startCollectorProcess({ DATABASE_URL: databaseUrl })
    const [ledger, unanswered] = [createLedger(), [] as TrackEvent[][]]
    for (let kill = 0; kill < 3; kill += 1) {
      const load = loadUntilGone({ url, ledger, unanswered, signal: AbortSignal.timeout(15_000) })
      await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 700))
      await server.kill()
      await load
      await server.start()
      const status = async () =>
        (
          await fetch(`${url}/readyz`).catch(() => {
            throw new Error(child.output())
          })
        ).status
      await expect.poll(status, { timeout: 60_000 }).toBe(200)
    }
    for (const events of unanswered) await sendBatch(url, events, ledger)
    expect(await child.stop('SIGTERM')).toBe(0)
    await expectExactly({ databaseUrl }, ledger)
    expect(ledger.acknowledged.size).toBeGreaterThan(100)
  })

  test('three collectors on one database count exactly, with duplicates spread over them', async () => {
    const databaseUrl = await server.createDatabase()
    const collectors = await Promise.all([1, 2, 3].map(() => startCollectorProcess({ DATABASE_URL: databaseUrl })))
    const ledger = createLedger()
    const batches = Array.from({ length: 40 }, () => makeEvents(50))
    // Every batch goes to all three at once, and its halves cross over in reversed order.
    await Promise.all(
      batches.flatMap((events) =>
        collectors.map(({ url }, index) => sendBatch(url, index === 1 ? [...events].reverse() : events, ledger)),
      ),
    )
    expect(ledger).toMatchObject({ stored: 2_000, duplicates: 4_000 })
    for (const { child } of collectors) expect(await child.stop('SIGTERM')).toBe(0)
    await expectExactly({ databaseUrl }, ledger)
  })
})
