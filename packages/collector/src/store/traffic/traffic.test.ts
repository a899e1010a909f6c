import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventRow } from '../../../test/event-row.ts'
import { type PostgresServer, postgresMissing, startPostgres } from '../../../test/postgres-server.ts'
import { trafficModel } from '../../../test/traffic-model.ts'
import { ARRIVAL_DIMENSIONS, ATTRIBUTIONS } from '../../traffic/attribution.ts'
import { bucketsOf, INTERVALS, slotsOf, spanOf } from '../../traffic/buckets.ts'
import { DIMENSIONS, parseGoal } from '../../traffic/filters.ts'
import { addDays, createTimeZone } from '../../traffic/time-zone.ts'
import { openStore } from '../open-store.ts'
import type { EventRow, Store, StoredEvent } from '../store.ts'
import { utcDay } from '../utc-day.ts'
import type { TrafficQuery } from './traffic.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** The clocks of Berlin go back on the 25th, and half an hour to a full one lies between the days of these places. */
const ZONES = ['Europe/Berlin', 'Asia/Kathmandu', 'America/New_York'] as const
const FIRST_DAY = 20_261_022
const BEGIN = Date.UTC(2026, 9, 22)

const maybe = <T extends string>(...values: readonly T[]) => fc.constantFrom<T | null>(null, ...values)

const facts = fc.record({
  path: maybe('/', '/pricing', '/Zürich', '/a:b'),
  country: maybe('DE', 'US'),
  region: maybe('DE-BE'),
  city: maybe('Berlin', ''),
  device: maybe('desktop', 'mobile'),
  browser: maybe('Firefox', 'Chrome'),
  os: maybe('Linux'),
  bot: fc.oneof({ arbitrary: fc.constant(null), weight: 5 }, { arbitrary: fc.constant('Googlebot'), weight: 1 }),
  channel: maybe('direct', 'email', 'organic_search'),
  origin: maybe('Google', '\u{1f9f5}', '\uffee'),
  medium: maybe('cpc'),
  campaign: maybe('spring', 'fall'),
  referrer_host: maybe('google.com'),
  arrival: fc.constantFrom(0, 0, 1, 2),
})

/** Visitors 0 to 2 become the user of their number, once; `old` ids are nobody's unless an alias gives them away. */
const who = fc.constantFrom(
  ...[0, 1, 2].flatMap((n) => [
    { anonymous_id: `visitor-${n}`, user_id: null },
    { anonymous_id: `visitor-${n}`, user_id: `user-${n}` },
    { anonymous_id: null, user_id: `user-${n}` },
  ]),
  { anonymous_id: 'visitor-3', user_id: null },
  { anonymous_id: 'old-0', user_id: null },
  { anonymous_id: 'old-1', user_id: null },
)

const what = fc.oneof(
  { arbitrary: fc.constant({ event: '$pageview' }), weight: 5 },
  fc.constantFrom({ event: '$identify' }, { event: 'signup' }, { event: 'Pricing seen' }),
  fc.record({
    event: fc.constantFrom('purchase', 'refunded'),
    value: fc.integer({ min: 1, max: 9_999 }),
    currency: fc.constantFrom('EUR', 'USD'),
    livemode: fc.constantFrom(null, 0, 1),
    account: maybe('acct_1'),
  }),
)

const step = fc.record({
  after: fc.integer({ min: 0, max: 40 * MINUTE_MS }),
  what,
  facts,
})

/** Sessions begin anywhere, and often a moment before some midnight. */
const visits = fc
  .record({
    who,
    session_id: fc.oneof(
      fc.constant(null),
      fc.integer({ min: 0, max: 9 }).map((n) => `session-${n}`),
    ),
    start: fc.oneof(
      fc.integer({ min: 0, max: 8 * DAY_MS }),
      fc
        .record({
          zone: fc.constantFrom(...ZONES),
          day: fc.nat(7),
          before: fc.integer({ min: 0, max: 30 * MINUTE_MS }),
        })
        .map(({ zone, day, before }) => createTimeZone(zone).startOf(addDays(FIRST_DAY, day)) - BEGIN - before),
    ),
    steps: fc.array(step, { minLength: 1, maxLength: 6 }),
  })
  .map(({ who: ids, session_id, start, steps }) => {
    let ts = BEGIN + start
    return steps.map(({ after, what: told, facts: derived }) => {
      ts += after
      return { ...ids, session_id, ...derived, ...told, ts }
    })
  })

const aliases = fc.record({
  who: fc.constantFrom(
    { anonymous_id: 'visitor-0', user_id: null },
    { anonymous_id: 'visitor-3', user_id: null },
    { anonymous_id: null, user_id: 'user-1' },
  ),
  other_id: fc.constantFrom('old-0', 'old-1'),
  ts: fc.integer({ min: BEGIN, max: BEGIN + 8 * DAY_MS }),
})

const history = fc.record({
  visits: fc.array(visits, { minLength: 3, maxLength: 14 }),
  aliases: fc.array(aliases, { maxLength: 3 }),
  /** In whose order events arrive, in two parts. */
  seed: fc.integer(),
})

const questions = fc.record({
  zone: fc.constantFrom(...ZONES),
  from: fc.nat(6),
  count: fc.integer({ min: 1, max: 4 }),
  interval: fc.constantFrom(...INTERVALS),
  withBots: fc.boolean(),
  goal: fc.constantFrom(undefined, 'purchase', '/pricing', 'signup'),
  filters: fc.uniqueArray(
    fc
      .constantFrom(...DIMENSIONS)
      .chain((dimension) => fc.record({ dimension: fc.constant(dimension), values: someValues(dimension) })),
    { selector: ({ dimension }) => dimension, maxLength: 2 },
  ),
})

function someValues(dimension: (typeof DIMENSIONS)[number]) {
  const known = {
    page: ['/', '/pricing', '/Zürich', '/a:b'],
    entryPage: ['/', '/pricing'],
    exitPage: ['/', '/Zürich'],
    channel: ['direct', 'email'],
    source: ['Google', '\u{1f9f5}'],
    medium: ['cpc'],
    campaign: ['spring', 'fall'],
    referrer: ['google.com'],
    country: ['DE', 'US'],
    region: ['DE-BE'],
    city: ['Berlin'],
    device: ['desktop', 'mobile'],
    browser: ['Firefox'],
    os: ['Linux'],
    event: ['$pageview', 'purchase'],
  }[dimension]
  return fc.uniqueArray(fc.constantFrom('', ...known), { minLength: 1, maxLength: 3 })
}

type History = typeof history extends fc.Arbitrary<infer T> ? T : never
type Question = typeof questions extends fc.Arbitrary<infer T> ? T : never

let projects = 0

function rowsOf({ visits: all, aliases: told }: History): readonly EventRow[] {
  projects += 1
  const project = `project-${projects}`
  const named = told.map(({ who: ids, other_id, ts }) => ({ ...ids, event: '$alias', other_id, ts }))
  return [...all.flat(), ...named].map((fields) =>
    eventRow({ project, ...fields, received_at: fields.ts, day: utcDay(fields.ts) }),
  )
}

/** Some order that has nothing to do with time. */
function shuffled(rows: readonly EventRow[], seed: number): readonly EventRow[] {
  const place = (index: number) => Math.abs(Math.imul(index + 1, seed | 1)) % 1_000
  return rows
    .map((row, index) => ({ row, place: place(index) }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ row }) => row)
}

async function expectTruth(store: Store, rows: readonly EventRow[], asked: readonly Question[]): Promise<void> {
  const project = rows[0]?.project ?? ''
  const truth = trafficModel(rows)
  for (const { zone: name, from, count, interval, goal, ...rest } of asked) {
    const zone = createTimeZone(name)
    const first = addDays(FIRST_DAY, from)
    const days = { from: first, to: addDays(first, count - 1) }
    const span = spanOf(days, zone)
    const query = { ...rest, span, goal: goal === undefined ? undefined : parseGoal(goal) }
    const buckets = bucketsOf(days, zone, interval) ?? []
    const dimension = DIMENSIONS[(from + count * 4 + goalNumber(goal)) % DIMENSIONS.length] ?? 'page'
    expect(await store.visits.overview(project, query)).toEqual(truth.overview(query))
    expect(await store.visits.series(project, { ...query, slots: slotsOf(buckets) })).toEqual(
      truth.series({ ...query, buckets }),
    )
    expect(await store.visits.breakdown(project, { ...query, dimension, limit: 100 })).toEqual(
      truth.breakdown({ ...query, dimension }),
    )
    const arrivals = { ...query, dimension: ARRIVAL_DIMENSIONS[from % ARRIVAL_DIMENSIONS.length] ?? 'channel' }
    const byArrival = { ...arrivals, attribution: ATTRIBUTIONS[count % 2] ?? 'first' }
    expect(await store.visits.attribution(project, byArrival)).toEqual(truth.attribution(byArrival))
    expect(await store.visits.online(project, span)).toBe(truth.online(span))
    const people = await store.visits.people(project, { ...query, search: '', limit: 100 })
    expect(new Map(people.map(({ id, events }) => [id, events]))).toEqual(truth.people(query))
    expect(await eventsIn(store, project, query)).toEqual(truth.events(query))
  }
}

/** All of them, by pages of three. */
async function eventsIn(store: Store, project: string, query: TrafficQuery): Promise<string[]> {
  const events: StoredEvent[] = []
  for (let before: StoredEvent | undefined; ; before = events.at(-1)) {
    const page = await store.visits.events(project, { ...query, limit: 3, before })
    events.push(...page)
    if (page.length < 3) return events.map(({ eventId }) => eventId)
  }
}

const goalNumber = (goal: string | undefined) => goal?.length ?? 0

function trafficTests(store: () => Store, runs: number): void {
  test('equals the truth of small histories, after late events, aliases and erasures', async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.array(questions, { minLength: 4, maxLength: 4 }),
        fc.constantFrom('user-0', 'user-1', 'visitor-3'),
        async (made, asked, erased) => {
          const rows = shuffled(rowsOf(made), made.seed)
          const half = Math.ceil(rows.length / 2)
          const project = rows[0]?.project ?? ''
          await store().append(rows.slice(0, half))
          await expectTruth(store(), rows.slice(0, half), asked.slice(0, 1))
          await store().append(rows.slice(half))
          await expectTruth(store(), rows, asked)
          const person = await store().person(project, erased)
          if (!person) return
          await store().forget(project, person)
          const { personOf } = trafficModel(rows)
          const gone = erased.startsWith('user') ? `u:${erased}` : `a:${erased}`
          await expectTruth(
            store(),
            rows.filter((row) => personOf(row) !== gone),
            asked.slice(1, 3),
          )
        },
      ),
      { numRuns: runs },
    )
  }, 120_000)

  test('breaks down by every dimension', async () => {
    await fc.assert(
      fc.asyncProperty(history, questions, async (made, { zone, from, withBots, filters, goal }) => {
        const rows = rowsOf(made)
        const project = rows[0]?.project ?? ''
        await store().append(rows)
        const span = spanOf({ from: addDays(FIRST_DAY, from), to: addDays(FIRST_DAY, from + 2) }, createTimeZone(zone))
        const query = { span, withBots, filters, goal: goal === undefined ? undefined : parseGoal(goal) }
        for (const dimension of DIMENSIONS) {
          const expected = trafficModel(rows).breakdown({ ...query, dimension })
          expect(await store().visits.breakdown(project, { ...query, dimension, limit: 100 })).toEqual(expected)
          const first = await store().visits.breakdown(project, { ...query, dimension, limit: 1 })
          expect(first).toEqual(expected.slice(0, 1))
        }
      }),
      { numRuns: Math.ceil(runs / 3) },
    )
  }, 120_000)

  test('cohorts are weeks of the place, of whole people', async () => {
    const zone = createTimeZone('Europe/Berlin')
    const days = { from: 20_261_019, to: 20_261_108 }
    const slots = slotsOf(bucketsOf(days, zone, 'week') ?? [])
    const seen = (anonymous_id: string, at: string, fields: Partial<EventRow> = {}) => {
      const ts = Date.parse(at)
      return eventRow({
        project: 'cohorts',
        anonymous_id,
        user_id: null,
        event: '$pageview',
        ts,
        day: utcDay(ts),
        ...fields,
      })
    }
    await store().append([
      // Clocks go back on 25 October: the week lasts until 23:00 UTC.
      seen('sunday', '2026-10-25T22:59:59.999Z', { country: 'DE' }),
      seen('sunday', '2026-10-25T23:00:00.000Z'),
      seen('sunday', '2026-11-08T22:59:59.999Z', { event: 'signup' }),
      seen('monday', '2026-10-25T23:00:00.000Z'),
      seen('monday', '2026-11-08T23:00:00.000Z', { event: 'signup' }),
      // One person, whose other device was there before the period.
      seen('laptop', '2026-10-18T21:59:59.999Z', { user_id: 'old' }),
      seen('phone', '2026-10-20T10:00:00.000Z', { user_id: 'old' }),
      // One person of two devices, who began on the first of them without a name.
      seen('tablet', '2026-10-20T10:00:00.000Z', { country: 'US' }),
      seen('tablet', '2026-10-27T10:00:00.000Z', { user_id: 'new' }),
      seen('desktop', '2026-10-28T10:00:00.000Z', { user_id: 'new', country: 'DE' }),
      seen('crawler', '2026-10-20T10:00:00.000Z', { bot: 'Googlebot' }),
    ])
    const read = async (asked: Partial<TrafficQuery> = {}) => {
      const query = { span: spanOf(days, zone), filters: [], slots, ...asked }
      return Array.from(await store().visits.retention('cohorts', query), ([week, { people, active }]) => [
        week,
        people,
        [...active].toSorted(([a], [b]) => a - b),
      ]).toSorted(([a], [b]) => Number(a) - Number(b))
    }
    expect(await read()).toEqual([
      [
        0,
        2,
        [
          [0, 2],
          [1, 2],
          [2, 1],
        ],
      ],
      [1, 1, [[0, 1]]],
    ])
    expect(await read({ withBots: true })).toEqual([
      [
        0,
        3,
        [
          [0, 3],
          [1, 2],
          [2, 1],
        ],
      ],
      [1, 1, [[0, 1]]],
    ])
    // By what was there in the first week: not by what came later.
    expect(await read({ filters: [{ dimension: 'country', values: ['DE'] }] })).toEqual([
      [
        0,
        1,
        [
          [0, 1],
          [1, 1],
          [2, 1],
        ],
      ],
    ])
    expect(await read({ goal: parseGoal('signup') })).toEqual([
      [0, 2, [[2, 1]]],
      [1, 1, []],
    ])
  })

  test('a payment that two events tell of, a moment before and after midnight, counts once', async () => {
    const midnight = Date.UTC(2026, 9, 24)
    const payment = (event_id: string, ts: number, told_by: string) =>
      eventRow({
        project: 'midnight',
        event: 'purchase',
        event_id,
        ts,
        day: utcDay(ts),
        told_by,
        user_id: 'payer',
        payment_ref: 'stripe:pi_1',
        value: 4_900,
        currency: 'EUR',
        billing: {
          paymentIds: ['stripe:pi_1'],
          payerIds: ['stripe:cus_1'],
          subscriptionId: null,
          about: 'stripe:pi_1',
          paid: true,
          refuses: false,
          visitor: null,
          user: 'payer',
          subscription: null,
        },
      })
    await store().append([payment('checkout', midnight - 1, 'checkout'), payment('paid', midnight, 'payment')])
    const revenueOf = async (start: number, filters: Parameters<Store['visits']['overview']>[1]['filters'] = []) => {
      const { revenue } = await store().visits.overview('midnight', { span: { start, end: start + DAY_MS }, filters })
      return revenue
    }
    expect(await revenueOf(midnight)).toEqual([{ currency: 'EUR', amount: 4_900 }])
    expect(await revenueOf(midnight - DAY_MS)).toEqual([])
    expect(await revenueOf(midnight, [{ dimension: 'event', values: ['purchase'] }])).toHaveLength(1)
    expect(await revenueOf(midnight, [{ dimension: 'event', values: ['$pageview'] }])).toEqual([])
  })
}

describe('traffic on DuckDB', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'threadline-traffic-'))
  let store: Store
  beforeAll(async () => {
    store = await openStore({ dataDir })
  })
  afterAll(async () => {
    await store.close()
    rmSync(dataDir, { recursive: true })
  })
  // It takes longer to plan a statement than to run it on so few events.
  trafficTests(() => store, 5)
})

const missing = postgresMissing()
describe.skipIf(missing)(`traffic on PostgreSQL${missing ? ` (${missing})` : ''}`, () => {
  let server: PostgresServer
  let store: Store
  beforeAll(async () => {
    server = await startPostgres()
    store = await openStore({ databaseUrl: await server.createDatabase() })
  }, 60_000)
  afterAll(async () => {
    await store?.close()
    await server?.stop()
  }, 60_000)
  trafficTests(() => store, 15)
})
