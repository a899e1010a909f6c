import { rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import type { TrackEvent } from '@threadline/schema'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileSizeLimitMissing, limitFileSize } from '../../packages/collector/test/file-size-limit.ts'
import { type PostgresServer, postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { type StoreEnv, startCollectorProcess } from './collector-process.ts'
import { SERVER_KEY } from './keys.ts'
import { createLedger, type Ledger, makeEvents, sendBatch } from './load.ts'
import { storedIds } from './stored.ts'

const status = async (url: string, path: string) => (await fetch(`${url}${path}`)).status

/** The answer to a batch that the collector may not be able to store. */
async function answerTo(url: string, events: readonly TrackEvent[], ledger: Ledger): Promise<Response> {
  for (const { eventId } of events) ledger.sent.add(eventId)
  return await fetch(`${url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SERVER_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ sentAt: new Date().toISOString(), events }),
  })
}

async function expectExactly(location: Parameters<typeof storedIds>[0], ledger: Ledger): Promise<void> {
  const stored = new Map<string, number>()
  for (const id of await storedIds(location)) stored.set(id, (stored.get(id) ?? 0) + 1)
  expect([...ledger.acknowledged].filter((id) => !stored.has(id))).toEqual([])
  expect([...stored].filter(([, times]) => times > 1)).toEqual([])
}

interface FullDisk {
  readonly env: StoreEnv
  /** Fills the disk of a collector, after events were stored. */
  fill(pid: number): void
  free(pid: number): void
}

/** The disk is full, senders are asked to come back, there is space again, and everything goes on in the same process. */
async function goesOnAfterFullDisk({ env, fill, free }: FullDisk, ledger: Ledger): Promise<void> {
  const { url, child } = await startCollectorProcess(env)
  for (let count = 0; count < 15; count += 1) await sendBatch(url, makeEvents(500), ledger)
  fill(child.pid)

  const refused: TrackEvent[][] = []
  for (let count = 0; count < 200 && refused.length < 3; count += 1) {
    const events = makeEvents(500)
    const answer = await answerTo(url, events, ledger)
    if (answer.status === 200) for (const { eventId } of events) ledger.acknowledged.add(eventId)
    else {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2'])
      refused.push(events)
    }
  }
  expect(refused).toHaveLength(3)
  await expect.poll(() => status(url, '/readyz'), { timeout: 60_000 }).toBe(503)
  expect(await status(url, '/healthz')).toBe(200)

  free(child.pid)
  await expect.poll(() => status(url, '/readyz'), { timeout: 60_000 }).toBe(200)
  for (const events of refused) await sendBatch(url, events, ledger)
  expect(await child.stop('SIGTERM')).toBe(0)
}

const noLimit = fileSizeLimitMissing()
describe.skipIf(noLimit)(`a full disk${noLimit ? ` (${noLimit})` : ''}`, () => {
  test('stops DuckDB for as long as it is full, and loses nothing', async () => {
    const dataDir = await temporaryDataDir()
    const ledger = createLedger()
    // Neither the next commit nor the checkpoint that is due a moment later can write anything.
    const disk = { env: { DATA_DIR: dataDir }, fill: (pid: number) => limitFileSize(pid, 4_096) }
    await goesOnAfterFullDisk({ ...disk, free: (pid) => limitFileSize(pid, 'unlimited') }, ledger)
    await expectExactly({ dataDir }, ledger)
  })
})

describe('the files of DuckDB', () => {
  async function startWithEvents(env: StoreEnv, ledger: Ledger) {
    const { url, child } = await startCollectorProcess(env)
    for (let count = 0; count < 5; count += 1) await sendBatch(url, makeEvents(20), ledger)
    return { url, child }
  }

  test('are not written to after they were removed: the collector ends, and the next one says what is missing', async () => {
    const dataDir = await temporaryDataDir()
    const ledger = createLedger()
    const { url, child } = await startWithEvents({ DATA_DIR: dataDir }, ledger)
    for (const name of ['events.duckdb', 'events.duckdb.wal']) rmSync(join(dataDir, name), { force: true })
    expect((await answerTo(url, makeEvents(1), ledger)).status).toBe(503)
    expect(await child.ended).toBe(5)

    await expect(startCollectorProcess({ DATA_DIR: dataDir })).rejects.toThrow(
      /lacks the last \d+ of \d+ transactions.*--accept-data-loss/s,
    )
    const next = await startCollectorProcess({ DATA_DIR: dataDir, ACCEPT_DATA_LOSS: '1' })
    expect(await next.child.stop('SIGTERM')).toBe(0)
    // It was accepted once, and for what was missing then.
    const last = await startWithEvents({ DATA_DIR: dataDir }, createLedger())
    expect(await last.child.stop('SIGTERM')).toBe(0)
  })

  test.each([
    ['cut in half', (log: string) => truncateSync(log, Math.floor(statSync(log).size / 2))],
    ['removed', (log: string) => rmSync(log)],
  ])('are mended when the log is %s while the collector runs', async (_, damage) => {
    const dataDir = await temporaryDataDir()
    const ledger = createLedger()
    const { url, child } = await startWithEvents({ DATA_DIR: dataDir }, ledger)
    damage(join(dataDir, 'events.duckdb.wal'))
    await sendBatch(url, makeEvents(20), ledger)
    expect(await child.stop('SIGKILL')).toBe('SIGKILL')
    await expectExactly({ dataDir }, ledger)
  })

  test('are missed when the log was cut after a crash', async () => {
    const dataDir = await temporaryDataDir()
    const { child } = await startWithEvents({ DATA_DIR: dataDir }, createLedger())
    expect(await child.stop('SIGKILL')).toBe('SIGKILL')
    const log = join(dataDir, 'events.duckdb.wal')
    truncateSync(log, Math.floor(statSync(log).size / 2))
    await expect(startCollectorProcess({ DATA_DIR: dataDir })).rejects.toThrow(/acknowledged/)
  })
})

const missing = postgresMissing() ?? noLimit
describe.skipIf(missing)(`a full disk of PostgreSQL${missing ? ` (${missing})` : ''}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  test('stops storing for as long as it is full, and loses nothing', async () => {
    const databaseUrl = await server.createDatabase()
    const ledger = createLedger()
    // Its log is written into files of 16 MB that are there already.
    const disk = { env: { DATABASE_URL: databaseUrl }, fill: () => server.limitFileSize(17_000_000) }
    await goesOnAfterFullDisk({ ...disk, free: () => server.limitFileSize('unlimited') }, ledger)
    await expectExactly({ databaseUrl }, ledger)
  })
})
