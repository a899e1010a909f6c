import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FakeService, startFakeService } from '../../packages/collector/test/fake-service.ts'
import { type PostgresServer, postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { type CollectorProcess, type StoreEnv, startCollectorProcess } from './collector-process.ts'
import { createLedger, makeEvents, sendBatch } from './load.ts'

/** A turn that stands still is taken after 20 seconds; what else happens is a matter of a few. */
const POLL = { timeout: 180_000, interval: 100 }
const TIMEOUT_MS = 400_000

/** Of a service that counts twice, the events that a crash may double: those that are under way or not yet noted. */
const MOST_DOUBLED = 50

/** How long the database stands still: longer than a turn stays fresh. Nothing is to be seen from outside meanwhile. */
const FREEZE_MS = 10_000

/** What a service takes for a request. */
const SERVICE_MS = 20

/** How often each event was acknowledged. */
function timesOf(ids: readonly string[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1)
  return times
}

async function arrived(service: FakeService, sent: ReadonlySet<string>): Promise<void> {
  await expect.poll(() => new Set(service.acknowledged).size, POLL).toBe(sent.size)
  expect(new Set(service.acknowledged)).toEqual(sent)
}

/** Kills the collector at some request, as often as told, while events come in; then lets it come to its end. */
async function killedWhileForwarding(env: StoreEnv, service: FakeService, kills: number): Promise<ReadonlySet<string>> {
  const ledger = createLedger()
  // Slow enough to be killed in between, and its answers get lost as well.
  service.answer = async () => {
    await sleep(SERVICE_MS)
    return 200
  }
  for (let kill = 0; kill < kills; kill += 1) {
    const { url, child } = await startCollectorProcess({ ...env, FORWARD_TO: service.url })
    const before = service.requests.length
    // Twelve requests or more.
    const size = env.FORWARD_DOUBLES === undefined ? 50 : 10
    for (let batch = 0; batch < 6; batch += 1) await sendBatch(url, makeEvents(size), ledger)
    const wanted = before + 1 + Math.floor(Math.random() * 4)
    await expect.poll(() => service.requests.length, POLL).toBeGreaterThanOrEqual(wanted)
    expect(await child.stop('SIGKILL')).toBe('SIGKILL')
  }
  const { url, child } = await startCollectorProcess({ ...env, FORWARD_TO: service.url })
  await sendBatch(url, makeEvents(10), ledger)
  await arrived(service, ledger.sent)
  expect(await child.stop('SIGTERM')).toBe(0)
  return ledger.sent
}

describe('a collector that is killed while it forwards, on DuckDB', { timeout: TIMEOUT_MS }, () => {
  test('delivers every event, and once where resends are known by their ids', async () => {
    const service = await startFakeService()
    await killedWhileForwarding({ DATA_DIR: await temporaryDataDir() }, service, 4)
  })

  test('doubles a few at most where they are not', async () => {
    const service = await startFakeService()
    const kills = 3
    const sent = await killedWhileForwarding(
      { DATA_DIR: await temporaryDataDir(), FORWARD_DOUBLES: '1' },
      service,
      kills,
    )
    const doubled = service.acknowledged.length - sent.size
    expect(doubled).toBeLessThanOrEqual(kills * MOST_DOUBLED)
  })
})

const missing = postgresMissing()
describe.skipIf(missing)(`on PostgreSQL${missing ? ` (${missing})` : ''}`, { timeout: TIMEOUT_MS }, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server?.stop(), 60_000)

  test('a collector that is killed while it forwards delivers every event', async () => {
    const service = await startFakeService()
    await killedWhileForwarding({ DATABASE_URL: await server.createDatabase() }, service, 2)
  })

  test('a database that is frozen for longer than a turn stays fresh stops forwarding, which goes on afterwards', async () => {
    const service = await startFakeService()
    const { url, child } = await startCollectorProcess({
      DATABASE_URL: await server.createDatabase(),
      FORWARD_TO: service.url,
    })
    const ledger = createLedger()
    await sendBatch(url, makeEvents(5), ledger)
    await arrived(service, ledger.sent)
    server.freeze()
    try {
      await sleep(FREEZE_MS)
    } finally {
      server.thaw()
    }
    await sendBatch(url, makeEvents(5), ledger)
    await arrived(service, ledger.sent)
    expect(service.acknowledged).toHaveLength(ledger.sent.size)
    expect(await child.stop('SIGTERM')).toBe(0)
  })

  /** Two collectors on one database, the first of which forwards. */
  async function twoCollectors(service: FakeService): Promise<readonly [CollectorProcess, CollectorProcess]> {
    const env = { DATABASE_URL: await server.createDatabase(), FORWARD_TO: service.url }
    const first = await startCollectorProcess(env)
    await sendBatch(first.url, makeEvents(1), createLedger())
    await expect.poll(() => service.acknowledged.length, POLL).toBe(1)
    return [first, await startCollectorProcess(env)]
  }

  test('two collectors forward each event once, and when one ends the other goes on', async () => {
    const service = await startFakeService()
    const [first, second] = await twoCollectors(service)
    const known = service.acknowledged.length
    const ledger = createLedger()
    for (let batch = 0; batch < 20; batch += 1) {
      await Promise.all([first, second].map(({ url }) => sendBatch(url, makeEvents(20), ledger)))
    }
    expect(await first.child.stop('SIGTERM')).toBe(0)
    for (let batch = 0; batch < 10; batch += 1) await sendBatch(second.url, makeEvents(20), ledger)
    await expect.poll(() => service.acknowledged.length, POLL).toBeGreaterThanOrEqual(known + ledger.sent.size)
    expect(service.acknowledged).toHaveLength(known + ledger.sent.size)
    expect(new Set(service.acknowledged.slice(known))).toEqual(ledger.sent)
    expect(await second.child.stop('SIGTERM')).toBe(0)
  })

  test('a holder that is frozen in the midst of a request loses its turn, and undoes nothing when it wakes up', async () => {
    const service = await startFakeService()
    const [first, second] = await twoCollectors(service)
    const [caught, meanwhile, after] = [createLedger(), createLedger(), createLedger()]
    let release: () => void = () => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    service.answer = () => released.then(() => 200)
    const asked = service.requests.length
    await sendBatch(second.url, makeEvents(20), caught)
    await expect.poll(() => service.requests.length, POLL).toBeGreaterThan(asked)
    process.kill(first.child.pid, 'SIGSTOP')
    service.answer = () => 200
    release()
    await sendBatch(second.url, makeEvents(30), meanwhile)
    await expect.poll(() => service.acknowledged, POLL).toEqual(expect.arrayContaining([...meanwhile.sent]))
    process.kill(first.child.pid, 'SIGCONT')
    // It is there again, and sees that it is not its turn.
    await expect.poll(async () => (await fetch(`${first.url}/readyz`)).status, POLL).toBe(200)
    for (const { url } of [first, second]) await sendBatch(url, makeEvents(10), after)
    await expect.poll(() => service.acknowledged, POLL).toEqual(expect.arrayContaining([...after.sent]))
    const times = timesOf(service.acknowledged)
    for (const id of [...meanwhile.sent, ...after.sent]) expect([id, times.get(id)]).toEqual([id, 1])
    // What was under way when it froze: nobody could know that it had arrived.
    for (const id of caught.sent) expect(times.get(id)).toBe(2)
    // Nothing goes again when the second one starts anew: the place was not moved back.
    const total = service.acknowledged.length
    expect(await first.child.stop('SIGTERM')).toBe(0)
    expect(await second.child.stop('SIGTERM')).toBe(0)
    expect(service.acknowledged).toHaveLength(total)
  })
})
