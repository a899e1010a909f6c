import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  holdTable,
  type PostgresServer,
  postgresMissing,
  startPostgres,
} from '../../packages/collector/test/postgres-server.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { startCollectorProcess } from './collector-process.ts'
import { openLiveStream } from './live-stream.ts'
import { createLedger, sendBatch } from './load.ts'

const ledger = createLedger()

function event(eventId: string) {
  return { eventId, event: 'feature_used', userId: 'user-1', timestamp: '2026-01-31T09:30:00.000Z' }
}

const send = (url: string, ...ids: string[]) => sendBatch(url, ids.map(event), ledger)

describe('the tail has no gap, on DuckDB', () => {
  test('when the clock is set back over a restart', async () => {
    const dataDir = await temporaryDataDir()
    const before = await startCollectorProcess({ DATA_DIR: dataDir })
    await send(before.url, 'of-before')
    const stream = await openLiveStream(before.url)
    await stream.hasShown(1)
    stream.close()
    expect(await before.child.stop('SIGKILL')).toBe('SIGKILL')

    const after = await startCollectorProcess({ DATA_DIR: dataDir, CLOCK_OFFSET_MS: '-3600000' })
    const resumed = await openLiveStream(after.url, stream.lastId())
    await send(after.url, 'of-after')
    await resumed.hasShown(1)
    expect(resumed.shown).toEqual(['of-after'])
    resumed.close()
    const anew = await openLiveStream(after.url)
    await anew.hasShown(2)
    expect(anew.shown).toEqual(['of-before', 'of-after'])
    anew.close()
    expect(await after.child.stop('SIGTERM')).toBe(0)
  })
})

const missing = postgresMissing()
describe.skipIf(missing)(`the tail has no gap, on PostgreSQL${missing ? ` (${missing})` : ''}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  test('when one collector’s clock is behind, and when its commit is held up', async () => {
    const DATABASE_URL = await server.createDatabase()
    const collector = await startCollectorProcess({ DATABASE_URL })
    const behind = await startCollectorProcess({ DATABASE_URL, CLOCK_OFFSET_MS: '-2000' })
    const streams = await Promise.all([collector, behind].map(({ url }) => openLiveStream(url)))

    await send(collector.url, 'on-time')
    await Promise.all(streams.map((stream) => stream.hasShown(1)))
    await send(behind.url, 'by-a-slow-clock')
    await Promise.all(streams.map((stream) => stream.hasShown(2)))

    // A resend is counted after the events are written, so this one waits in between for whoever holds the counters.
    const counters = await holdTable(DATABASE_URL, 'counters')
    const heldUp = send(behind.url, 'held-up', 'on-time')
    await expect.poll(() => counters.waiting(), { timeout: 60_000 }).toBe(1)
    await send(collector.url, 'quick')
    // Longer than any wait that would stand for the order of commits.
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    await counters.release()
    await heldUp
    await Promise.all(streams.map((stream) => stream.hasShown(4)))

    for (const stream of streams) {
      expect(stream.shown).toEqual(['on-time', 'by-a-slow-clock', 'held-up', 'quick'])
      stream.close()
    }
    for (const { child } of [collector, behind]) expect(await child.stop('SIGTERM')).toBe(0)
  })
})
