import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { onBothDatabases, type TestDatabase } from '../../test/both-databases.ts'
import { eventRow } from '../../test/event-row.ts'
import type { LogEntry } from '../log-entry.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { StoreError } from '../store/store-error.ts'
import { createMeter } from './meter.ts'
import { postNotice } from './post-notice.ts'
import { type AlertOptions, readThresholds } from './settings.ts'
import { HOUR_MS } from './traffic-drop.ts'
import { createWatch } from './watch.ts'

const NOON = Date.UTC(2026, 0, 28, 12)
const MINUTE_MS = 60_000
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

interface Message {
  readonly id: string
  readonly type: string
  readonly data: {
    readonly alert: string
    readonly project?: string
    readonly sender?: string
    readonly figures: object
  }
}

/** Somebody who is told, over a real socket. Fails the test when a signature is wrong. */
async function receiver() {
  const messages: Message[] = []
  const state = { status: 200 }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () => {
      const header = (name: string) => String(request.headers[`webhook-${name}`])
      const signed = `${header('id')}.${header('timestamp')}.${body}`
      const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64')
      expect(header('signature')).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
      if (state.status === 200) messages.push({ id: header('id'), ...JSON.parse(body) })
      response.writeHead(state.status, { location: 'http://127.0.0.1:1/elsewhere' }).end('much'.repeat(1_000))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}/hook?token=not-to-be-logged`,
    messages,
    /** What was told so far, as `type alert project sender`. */
    told: () =>
      messages.map(({ type, data }) => [type, data.alert, data.project, data.sender].filter(Boolean).join(' ')),
    answer: (status: number) => {
      state.status = status
    },
  }
}

/** One collector's watch on a store, whose clock the test moves. */
function watcher(store: Store, options: AlertOptions, clock: { now: number }) {
  const log: LogEntry[] = []
  const now = () => clock.now
  const meter = createMeter(now)
  const { look } = createWatch({
    store,
    record: () => meter.write(store.addTraffic),
    unwritten: meter.unwritten,
    thresholds: readThresholds(options),
    post: (notice) => postNotice(notice, options, { fetch, now: clock.now }),
    now,
    log: (entry) => log.push(entry),
  })
  return { look, meter, log, store: meter.watched(store) }
}

function suite({ location }: TestDatabase): void {
  async function setup(more: Partial<AlertOptions> = {}) {
    const clock = { now: NOON + 5 * MINUTE_MS }
    const listener = await receiver()
    const options = { url: listener.url, secret: SECRET, diskFreeBytes: 0, ...more }
    const store = await openStore(await location())
    onTestFinished(() => store.close())
    const collector = (on: Store = store) => watcher(on, options, clock)
    /** As another process has it, where several may have the same database. */
    const openAgain = async () => {
      if (store.engine === 'duckdb') return store
      const again = await openStore(await location())
      onTestFinished(() => again.close())
      return again
    }
    const refuse = (on: Store, count: number, project = 'shop') =>
      on.append([], [{ project, day: 20260128, kind: 'invalid', name: 'invalid_value', count }])
    const send = (on: Store, count: number, sender = 'sk') =>
      on.append(Array.from({ length: count }, () => eventRow({ project: 'shop', sender })))
    return { clock, store, collector, openAgain, refuse, send, ...listener }
  }

  test('tells once that many events are refused, and once that it is over', async () => {
    const { collector, refuse, send, told, messages, clock } = await setup()
    const { look, store } = collector()
    await send(store, 100)
    await refuse(store, 19)
    await look()
    expect(told()).toEqual([])
    await refuse(store, 1)
    await look()
    await look()
    expect(told()).toEqual(['alert.firing errors shop'])
    expect(messages[0]?.data).toMatchObject({
      startedAt: '2026-01-28T12:00:00.000Z',
      endedAt: null,
      figures: { refused: 20, lost: 0, stored: 100 },
    })
    // The hour it began in has no errors any more, but a whole one must have none.
    clock.now = NOON + HOUR_MS + MINUTE_MS
    await look()
    expect(told()).toHaveLength(1)
    clock.now += HOUR_MS
    await look()
    await look()
    expect(told()).toEqual(['alert.firing errors shop', 'alert.resolved errors shop'])
    expect(new Set(messages.map(({ id }) => id)).size).toBe(2)
  })

  test('tells of errors at the end of an hour that are written in the next one, once', async () => {
    const { collector, refuse, told, clock } = await setup()
    const { look, store } = collector()
    clock.now = NOON + HOUR_MS - 1
    await refuse(store, 30)
    clock.now += MINUTE_MS
    await look()
    await look()
    expect(told()).toEqual(['alert.firing errors shop'])
    clock.now += HOUR_MS
    await look()
    await look()
    expect(told()).toEqual(['alert.firing errors shop', 'alert.resolved errors shop'])
  })

  test('several collectors tell of it once, by what they have counted together', async () => {
    const { collector, openAgain, refuse, told } = await setup()
    const [one, two] = [collector(), collector(await openAgain())]
    await refuse(one.store, 12)
    await refuse(two.store, 12)
    await one.look()
    expect(told()).toEqual([])
    await two.look()
    await Promise.all([one.look(), two.look(), one.look(), two.look()])
    expect(told()).toEqual(['alert.firing errors shop'])
  })

  test('of several changes to what all of them saw, one is written', async () => {
    const { store, openAgain } = await setup()
    const other = await openAgain()
    const first = { subject: 'disk', startedAt: 1, endedAt: null, details: '{}', dueAt: 1, attempts: 0, version: 1 }
    const opened = await Promise.all([store.putAlert(first, undefined), other.putAlert(first, undefined)])
    expect(opened.sort()).toEqual([false, true])
    const next = { ...first, attempts: 1, version: 2 }
    const claimed = await Promise.all([store.putAlert(next, first), other.putAlert(next, first)])
    expect(claimed.sort()).toEqual([false, true])
    expect(await store.alerts()).toEqual([next])
  })

  test('a restart tells nothing again, and goes on telling what was not taken', async () => {
    const { collector, refuse, told, answer, clock } = await setup()
    const first = collector()
    await refuse(first.store, 30)
    answer(302)
    await first.look()
    const second = collector()
    await second.look()
    expect(told()).toEqual([])
    answer(200)
    // Not at once: the second try is due a minute after the first.
    await second.look()
    expect(told()).toEqual([])
    clock.now += MINUTE_MS
    await second.look()
    expect(told()).toEqual(['alert.firing errors shop'])
    await collector().look()
    expect(told()).toHaveLength(1)
  })

  test('gives up after a day, and tells of the next one', async () => {
    const { collector, refuse, told, answer, clock } = await setup()
    const { look, store, log } = collector()
    await refuse(store, 30)
    answer(500)
    for (let minute = 0; minute < 30 * 60; minute += 5) {
      await look()
      clock.now += 5 * MINUTE_MS
    }
    const tries = log.filter(({ message }) => message.includes('not told'))
    // The start within its day, and then the end.
    expect(tries.length).toBeGreaterThan(20)
    expect(tries.length).toBeLessThan(80)
    answer(200)
    clock.now += 48 * HOUR_MS
    await look()
    await refuse(store, 30)
    await look()
    clock.now += HOUR_MS
    await look()
    expect(told().at(-1)).toBe('alert.firing errors shop')
    expect(JSON.stringify(log)).not.toMatch(/token|whsec/)
  })

  test('tells when browsers fall silent beside servers that do not', async () => {
    const { collector, store, told, clock } = await setup()
    const usual = Array.from({ length: 4 * 168 + 24 }, (_, index) => NOON - (index + 1) * HOUR_MS)
    await store.addTraffic(
      usual.flatMap((hour) => [
        { project: 'shop', hour, name: 'browser', count: hour === NOON - HOUR_MS ? 12 : 600 },
        { project: 'shop', hour, name: 'server', count: 600 },
      ]),
    )
    const { look } = collector()
    await look()
    await look()
    expect(told()).toEqual(['alert.firing traffic_drop shop browser'])
    const hours = (from: number, count: number) =>
      ['browser', 'server'].map((name) => ({ project: 'shop', hour: from, name, count }))
    await store.addTraffic(hours(NOON, 500))
    clock.now += HOUR_MS
    await look()
    expect(told()).toEqual(['alert.firing traffic_drop shop browser', 'alert.resolved traffic_drop shop browser'])
  })

  test('projects may have thresholds of their own, and none', async () => {
    const projects = { shop: { errorPercent: false }, blog: { errorPercent: 50 } } as const
    const { collector, refuse, told } = await setup({ projects })
    const { look, store } = collector()
    for (const project of ['shop', 'blog', 'third']) {
      await store.append(Array.from({ length: 200 }, () => eventRow({ project })))
      await refuse(store, 100, project)
    }
    await look()
    expect(told()).toEqual(['alert.firing errors third'])
  })

  test('tells of a database that takes nothing, without it, and writes that down when it is back', async () => {
    const { collector, store, told, clock } = await setup()
    let isAway = false
    const gone = (): Promise<never> => Promise.reject(new StoreError('unreachable', 'PostgreSQL does not answer'))
    const flaky: Store = {
      ...store,
      alerts: () => (isAway ? gone() : store.alerts()),
      addTraffic: (counts) => (isAway ? gone() : store.addTraffic(counts)),
      putAlert: (next, seen) => (isAway ? gone() : store.putAlert(next, seen)),
    }
    const { look, meter } = collector(flaky)
    await look()
    isAway = true
    for (let n = 0; n < 10; n += 1) meter.answered(503)
    await look()
    await look()
    expect(told()).toEqual(['alert.firing failures'])
    isAway = false
    await look()
    expect(await store.alerts()).toMatchObject([{ subject: 'failures', endedAt: null, dueAt: null }])
    // Another collector, which was not there, tells that it is over.
    clock.now += 2 * HOUR_MS
    await collector().look()
    await look()
    expect(told()).toEqual(['alert.firing failures', 'alert.resolved failures'])
  })

  test('tells of a database that is away although nobody sends anything', async () => {
    const { collector, store, told, clock } = await setup()
    const gone = (): Promise<never> => Promise.reject(new StoreError('unreachable', 'PostgreSQL does not answer'))
    const { look } = collector({ ...store, alerts: gone })
    for (let minute = 0; minute < 4; minute += 1) {
      await look()
      clock.now += MINUTE_MS
    }
    expect(told()).toEqual([])
    await look()
    await look()
    expect(told()).toEqual(['alert.firing failures'])
  })

  test('tells of a disk that fills up, and not of each file that comes and goes', async () => {
    const { collector, store, told } = await setup({ diskFreeBytes: 1_000 })
    let free = 999
    const { look } = collector({ ...store, freeBytes: () => Promise.resolve(free) })
    await look()
    for (free of [1_001, 999, 1_050]) await look()
    expect(told()).toEqual(['alert.firing disk'])
    free = 1_100
    await look()
    expect(told()).toEqual(['alert.firing disk', 'alert.resolved disk'])
  })

  test('what was counted and could not be written is written later, once', async () => {
    const { clock, store, send } = await setup()
    const meter = createMeter(() => clock.now)
    await send(meter.watched(store), 3, 'pk')
    await expect(meter.write(() => Promise.reject(new Error('away')))).rejects.toThrow('away')
    await send(meter.watched(store), 2, 'pk')
    await meter.write(store.addTraffic)
    await meter.write(store.addTraffic)
    expect(await store.traffic({ from: NOON, to: NOON }, 'shop')).toEqual([
      { project: 'shop', hour: NOON, name: 'browser', count: 5 },
    ])
    expect(await store.trafficProjects(NOON)).toEqual(['shop'])
    await store.forgetTraffic(NOON + 1)
    expect(await store.traffic({ from: 0, to: NOON })).toEqual([])
  })
}

describe('alerts', () => onBothDatabases(suite))

describe('options of alerts', () => {
  const given = { url: 'https://hooks.example/T0/secret-path', secret: SECRET }
  test.each<readonly [string, object, RegExp]>([
    ['an address that is none', { url: 'hooks.example' }, /alerts\.url/],
    ['another protocol', { url: 'ftp://hooks.example' }, /alerts\.url/],
    ['a password in the address', { url: 'https://me:secret-path@hooks.example' }, /alerts\.url/],
    ['a secret of another form', { secret: 'secret-path' }, /alerts\.secret/],
    ['a secret that is too short', { secret: 'whsec_c2VjcmV0LXBhdGg=' }, /alerts\.secret/],
    ['a percentage of 100', { trafficDropPercent: 100 }, /trafficDropPercent/],
    ['no number', { errorPercent: Number.NaN }, /errorPercent/],
    ['half a byte', { diskFreeBytes: 0.5 }, /diskFreeBytes/],
    ['a project that cannot be', { projects: { 'a b': {} } }, /project/],
    ['a threshold of a project', { projects: { shop: { errorPercent: 101 } } }, /projects\.shop\.errorPercent/],
  ])('%s is refused, without a word of what is secret', (_, wrong, message) => {
    const reading = () => readThresholds({ ...given, ...wrong })
    expect(reading).toThrow(TypeError)
    expect(reading).toThrow(message)
    expect(reading).not.toThrow(/secret-path/)
  })
})
