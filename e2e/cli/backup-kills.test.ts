import { existsSync, readdirSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { delimiter, join } from 'node:path'
import type { StoreLocation } from '@threadline/collector'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  findPostgres,
  type PostgresServer,
  postgresMissing,
  startPostgres,
} from '../../packages/collector/test/postgres-server.ts'
import { startCollectorProcess } from '../collector/collector-process.ts'
import { createLedger, loadUntilGone, makeEvents, sendBatch } from '../collector/load.ts'
import { storedIds } from '../collector/stored.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { runCli, startCli } from './cli.ts'

/** Whatever was killed in the middle: a backup holds all that was acknowledged before it began, or nothing restores. */
async function expectAll(acknowledged: ReadonlySet<string>, location: StoreLocation): Promise<void> {
  const stored = await storedIds(location)
  const distinct = new Set(stored)
  expect([...acknowledged].filter((id) => !distinct.has(id))).toEqual([])
  expect(stored).toHaveLength(distinct.size)
}

/** Moments of a backup, in their order, by the file that is there since. */
const MOMENTS = ['', 'events.duckdb', 'events.duckdb.wal', 'backup.json.new', 'backup.json'] as const

type Moment = (typeof MOMENTS)[number]

/** Whether a backup has come to a moment, or past it: some files are there for no longer than a look takes. */
function isAt(moment: Moment, backup: string): boolean {
  const files: readonly string[] = MOMENTS.slice(MOMENTS.indexOf(moment))
  return existsSync(backup) && (moment === '' || readdirSync(backup).some((name) => files.includes(name)))
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

/** Each writes, restores and reads a whole log, beside whatever else the machine does. */
const TEST = { timeout: 400_000 }

describe('a backup of a data folder', () => {
  async function underLoad(dataDir: string) {
    const { url, child } = await startCollectorProcess({ DATA_DIR: dataDir })
    const stopping = new AbortController()
    const ledger = createLedger()
    const load = loadUntilGone({ url, ledger, unanswered: [], signal: stopping.signal })
    await expect.poll(() => ledger.acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(1_000)
    return {
      child,
      ledger,
      async stop() {
        stopping.abort()
        await load
      },
    }
  }

  /** Restores a backup, whatever became of it, and expects all of it or nothing. */
  async function restores(backup: string, acknowledged: ReadonlySet<string>): Promise<boolean> {
    const folder = join(await temporaryDataDir(), 'restored')
    const { code, stderr } = await runCli(['restore', backup, '--data-dir', folder])
    if (code === 0) await expectAll(acknowledged, { dataDir: folder })
    else expect([code, existsSync(join(folder, 'events.duckdb'))], stderr).toEqual([5, false])
    return code === 0
  }

  test('that is killed at any moment is none, or a whole one', TEST, async () => {
    const dataDir = await temporaryDataDir()
    const parent = await temporaryDataDir()
    const collector = await underLoad(dataDir)
    for (const moment of MOMENTS) {
      const acknowledged = new Set(collector.ledger.acknowledged)
      const backup = join(parent, `until-${moment || 'folder'}`)
      const killed = startCli(['backup', backup, '--data-dir', dataDir])
      await until(() => isAt(moment, backup))
      await killed.stop('SIGKILL')
      const isWhole = existsSync(join(backup, 'backup.json'))
      expect(await restores(backup, acknowledged), moment).toBe(isWhole)
      if (moment === 'backup.json') expect(isWhole).toBe(true)
    }
    await collector.stop()
    expect(await collector.child.stop('SIGTERM')).toBe(0)
    await expectAll(collector.ledger.acknowledged, { dataDir })
  })

  test('during which the collector is killed is whole, and so is what the collector left', TEST, async () => {
    const dataDir = await temporaryDataDir()
    const parent = await temporaryDataDir()
    for (const moment of ['', 'events.duckdb', 'events.duckdb.wal'] as const) {
      const collector = await underLoad(dataDir)
      const acknowledged = new Set(collector.ledger.acknowledged)
      const backup = join(parent, `during-${moment || 'folder'}`)
      const running = startCli(['backup', backup, '--data-dir', dataDir])
      await until(() => isAt(moment, backup))
      await collector.child.stop('SIGKILL')
      expect(await running.ended, running.output()).toBe(0)
      expect(await restores(backup, acknowledged), moment).toBe(true)
      await collector.stop()
      await expectAll(collector.ledger.acknowledged, { dataDir })
    }
  })
})

/** A way to a PostgreSQL on which a dump stops in the middle of the first table that is longer than `bytes`. */
async function startNarrowWay(databaseUrl: string, bytes: number) {
  const target = new URL(databaseUrl)
  let stopped: () => void = () => undefined
  const isStopped = new Promise<void>((resolve) => {
    stopped = resolve
  })
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname)
    let copied = Number.NEGATIVE_INFINITY
    client.on('data', (chunk) => {
      if (chunk.includes('COPY public.events')) copied = 0
      database.write(chunk)
    })
    database.on('data', (chunk) => {
      copied += chunk.length
      if (copied > bytes) stopped()
      else client.write(chunk)
    })
    for (const [socket, other] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => other.destroy())
    }
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const way = new URL(databaseUrl)
  way.port = String(address.port)
  return { databaseUrl: way.href, isStopped }
}

const missing = postgresMissing()
describe.skipIf(missing)(`a backup of a PostgreSQL${missing ? ` (${missing})` : ''}`, () => {
  const PATH = [findPostgres(), process.env['PATH']].join(delimiter)
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  /** A database with some megabytes of events, and a backup of it that has come to the middle of them. */
  async function halfway() {
    const databaseUrl = await server.createDatabase()
    const { url, child } = await startCollectorProcess({ DATABASE_URL: databaseUrl })
    const ledger = createLedger()
    for (let batch = 0; batch < 20; batch += 1) await sendBatch(url, makeEvents(500), ledger)
    const way = await startNarrowWay(databaseUrl, 500_000)
    const backup = join(await temporaryDataDir(), 'backup')
    const running = startCli(['backup', backup], { DATABASE_URL: way.databaseUrl, PATH })
    await way.isStopped
    return { databaseUrl, url, child, ledger, backup, running }
  }

  /** There is no backup, and what was written of one restores nothing. */
  async function expectNone(backup: string): Promise<void> {
    expect(existsSync(backup)).toBe(false)
    const draft = `${backup}.unfinished`
    if (!existsSync(draft)) return
    const DATABASE_URL = await server.createDatabase()
    expect(await runCli(['restore', draft], { DATABASE_URL, PATH })).toMatchObject({ code: 5 })
    await server.run(DATABASE_URL, 'CREATE TABLE events (nothing INTEGER)')
  }

  async function expectWhole(backup: string, acknowledged: ReadonlySet<string>): Promise<void> {
    const DATABASE_URL = await server.createDatabase()
    expect(await runCli(['restore', backup], { DATABASE_URL, PATH })).toMatchObject({ code: 0 })
    await expectAll(acknowledged, { databaseUrl: DATABASE_URL })
  }

  test('is none when the server is killed in the middle, and the next one is whole', async () => {
    const { databaseUrl, url, child, ledger, backup, running } = await halfway()
    await server.kill()
    expect(await running.ended, running.output()).toBe(5)
    await server.start()
    await expectNone(backup)
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 60_000 }).toBe(200)
    await sendBatch(url, makeEvents(20), ledger)
    const acknowledged = new Set(ledger.acknowledged)
    expect(await runCli(['backup', backup], { DATABASE_URL: databaseUrl, PATH })).toMatchObject({ code: 0 })
    await expectWhole(backup, acknowledged)
    expect(await child.stop('SIGTERM')).toBe(0)
  })

  test('is none when it is killed itself, and the next one to the same place is whole', async () => {
    const { databaseUrl, child, ledger, backup, running } = await halfway()
    await running.stop('SIGKILL')
    await expectNone(backup)
    expect(await runCli(['backup', backup], { DATABASE_URL: databaseUrl, PATH })).toMatchObject({ code: 0 })
    await expectWhole(backup, ledger.acknowledged)
    expect(await child.stop('SIGTERM')).toBe(0)
  })

  test('is whole although the collector is killed meanwhile', async () => {
    const databaseUrl = await server.createDatabase()
    const { url, child } = await startCollectorProcess({ DATABASE_URL: databaseUrl })
    const ledger = createLedger()
    const stopping = new AbortController()
    const load = loadUntilGone({ url, ledger, unanswered: [], signal: stopping.signal })
    await expect.poll(() => ledger.acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(2_000)
    const acknowledged = new Set(ledger.acknowledged)
    const backup = join(await temporaryDataDir(), 'backup')
    const running = startCli(['backup', backup], { DATABASE_URL: databaseUrl, PATH })
    await until(() => existsSync(`${backup}.unfinished`) || existsSync(backup))
    await child.stop('SIGKILL')
    stopping.abort()
    await load
    expect(await running.ended, running.output()).toBe(0)
    await expectWhole(backup, acknowledged)
  })
})
