import { type ChildProcess, spawn } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { onBothDatabases } from '../test/both-databases.ts'
import { KEYS } from '../test/collector-setup.ts'
import { eventRow } from '../test/event-row.ts'
import { trackEvent } from '../test/events.ts'
import type { ProjectEnrichment } from './enrich/enrichment.ts'
import { reprocessStore } from './reprocess/reprocess-store.ts'
import { openStore } from './store/open-store.ts'
import { REPROCESSED_AT_ONCE } from './store/reprocess.ts'
import type { EventRow } from './store/store.ts'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'

const DAY_MS = 86_400_000
const START = Date.UTC(2026, 0, 1)

/** As a collector stored it that derived nothing, a day each. */
function oldRow(index: number, fields: Partial<EventRow> = {}): EventRow {
  const event = trackEvent({
    url: 'https://shop.example/',
    referrer: 'https://www.google.com/',
    ...(index % 2 === 0 && { utm: { source: 'news', medium: 'email' } }),
  })
  const ts = START + index * DAY_MS
  const day = Number(new Date(ts).toISOString().slice(0, 10).replaceAll('-', ''))
  return eventRow({ event_id: event.eventId, body: JSON.stringify(event), ts, day, user_agent: FIREFOX, ...fields })
}

onBothDatabases(({ start, location }) => {
  /** Stores rows with nobody else at work. */
  async function stored(rows: readonly EventRow[]): Promise<void> {
    const store = await openStore(await location())
    await store.append(rows)
    await store.close()
  }

  async function derivedOf(project = 'default') {
    const store = await openStore(await location())
    const events = await store.latest(project, 10_000)
    await store.close()
    return events.map(({ derived }) => derived)
  }

  test('what an earlier collector stored is derived, and what was looked up stays', async () => {
    const place = { country: 'AT', region: 'AT-9', city: 'Vienna' }
    await stored([oldRow(0, { ...place, channel: 'wrong', bot: 'Wrong' }), oldRow(1)])
    expect(await reprocessStore({ location: await location() })).toBe(2)
    const [search, mail] = await derivedOf()
    const onLinux = { device: 'desktop', browser: 'Firefox', os: 'Linux', bot: null, userAgent: FIREFOX }
    expect(mail).toEqual({ channel: 'email', origin: 'news', ...onLinux, ...place })
    expect(search).toMatchObject({ channel: 'organic_search', origin: 'Google', ...onLinux, country: null })
    // Nothing is old any more.
    expect(await reprocessStore({ location: await location() })).toBe(0)
    expect(await reprocessStore({ location: await location(), all: true })).toBe(2)
  })

  test('it goes through all of a store in parts, telling how far it is', async () => {
    const many = Array.from({ length: REPROCESSED_AT_ONCE + 20 }, (_, index) => oldRow(index % 20))
    await stored(many.slice(0, 300))
    await stored([...many.slice(300), oldRow(3, { project: 'other' })])
    const told: string[] = []
    const events = await reprocessStore({
      location: await location(),
      onProgress: ({ project, done, total }) => told.push(`${project} ${done}/${total}`),
    })
    expect(events).toBe(many.length + 1)
    expect(told).toEqual([
      `default ${REPROCESSED_AT_ONCE}/${many.length}`,
      `default ${many.length}/${many.length}`,
      'other 1/1',
    ])
    expect((await derivedOf()).filter(({ browser }) => browser !== 'Firefox')).toEqual([])
  })

  test('a day and a project bound it', async () => {
    await stored([oldRow(0), oldRow(1), oldRow(2), oldRow(2, { project: 'other' })])
    expect(await reprocessStore({ location: await location(), project: 'default', since: '2026-01-02' })).toBe(2)
    expect((await derivedOf()).map(({ browser }) => browser)).toEqual(['Firefox', 'Firefox', null])
    expect((await derivedOf('other')).map(({ browser }) => browser)).toEqual([null])
  })

  test('other rules of a project make its events old', async () => {
    await stored([oldRow(0), oldRow(0, { project: 'other' })])
    const rules = (channel: string): { [project: string]: ProjectEnrichment } => ({
      default: { channels: [{ channel, source: 'news' }] },
    })
    const again = async (channel: string) =>
      await reprocessStore({ location: await location(), enrichment: rules(channel) })
    expect([await again('News'), await again('News'), await again('Press')]).toEqual([2, 0, 1])
    expect((await derivedOf()).map(({ channel }) => channel)).toEqual(['Press'])
    expect((await derivedOf('other')).map(({ channel }) => channel)).toEqual(['email'])
  })

  test('a running collector does it beside its traffic, a part with each request', async () => {
    await stored(Array.from({ length: REPROCESSED_AT_ONCE + 1 }, () => oldRow(1)))
    const { post, send } = await start()
    const ask = async (body: object) => await (await post('/v1/reprocess', body)).json()
    const first = await ask({})
    expect(first).toMatchObject({ events: REPROCESSED_AT_ONCE, total: REPROCESSED_AT_ONCE + 1 })
    const fresh = trackEvent({ timestamp: new Date().toISOString() })
    const [second, sent] = await Promise.all([ask({ after: first.next }), send(KEYS.server, [fresh])])
    expect(second).toEqual({ events: 1, next: null })
    expect(sent.answer).toMatchObject({ stored: 1 })
    // What it stores itself is not old.
    expect(await ask({})).toEqual({ events: 0, next: null, total: 0 })
    expect(await ask({ since: '2026-01-02', allUntil: new Date(START).toISOString() })).toMatchObject({ total: 0 })
    expect((await post('/v1/reprocess', {}, { key: KEYS.reader })).status).toBe(403)
    expect((await post('/v1/reprocess', { after: 'nonsense' })).status).toBe(400)
  })

  test('people who are forgotten meanwhile stay forgotten', async () => {
    await stored([oldRow(0), oldRow(1)])
    const store = await openStore(await location())
    const person = await store.person('default', 'visitor-1')
    const query = { revision: 1, since: 0 }
    const derive = () => {
      throw new Error('nobody is left')
    }
    if (person) await store.forget('default', person)
    const after = { position: -1, storedAt: 0, ts: 0, eventId: '', event: '' }
    expect(await store.reprocess('default', { ...query, derive, after, limit: 10 })).toEqual({ events: 0, next: null })
    await store.close()
  })

  test('killed in the middle, it goes on with what is left', async () => {
    const events = REPROCESSED_AT_ONCE * 8
    await stored(Array.from({ length: events }, (_, index) => oldRow(index % 28)))
    const killed = await runUntilProgress(await location())
    expect(killed.done).toBeGreaterThanOrEqual(REPROCESSED_AT_ONCE)
    const left = await reprocessStore({ location: await location() })
    expect(left).toBeLessThanOrEqual(events - killed.done)
    expect(left).toBeGreaterThan(0)
    expect((await derivedOf()).filter(({ browser }) => browser === 'Firefox')).toHaveLength(events)
  }, 120_000)
})

/** Runs it in a process of its own, and kills that once it has told of a part. */
async function runUntilProgress(location: object): Promise<{ readonly done: number }> {
  const program = new URL('../test/reprocess-program.ts', import.meta.url).pathname
  const child: ChildProcess = spawn(
    process.execPath,
    ['--conditions=@threadline/source', '--import', 'tsx', program, JSON.stringify(location)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = new Promise((resolve) => child.once('exit', resolve))
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += chunk
    if (text.includes('\n')) break
  }
  child.kill('SIGKILL')
  await exited
  return JSON.parse(text.slice(0, text.indexOf('\n')))
}
