import type { EventRow, Person, Store } from '@threadline/collector'
import { createEnrichment } from '../../packages/collector/src/enrich/enrichment.ts'
import { DIMENSIONS } from '../../packages/collector/src/traffic/filters.ts'
import { visitorOf } from './visitors.ts'

// A million events of 200,000 visitors in one month, and every read that the collector makes of them.

const EVENTS = 1_000_000
const PER_APPEND = 5_000
const PROJECT = 'default'
const DAYS = { from: 20260101, to: 20260130 }
const START = Date.UTC(2026, 0, 1)
const MONTH_MS = 30 * 86_400_000
const STEPS = ['$pageview', 'signup_completed', 'purchase']

const NAMES = [
  '$pageview',
  '$pageview',
  '$pageview',
  '$pageview',
  'content_viewed',
  'feature_used',
  'signup_completed',
  'checkout_started',
  'purchase',
]

/** Ways to come: a fifth by the newsletter, as much by search, the rest otherwise or directly. */
const ARRIVALS = [
  { utm: { source: 'newsletter', medium: 'email', campaign: 'june' } },
  { referrer: 'https://www.google.com/' },
  { referrer: 'https://www.facebook.com/' },
  { clickIds: { gclid: 'click' } },
  {},
]

const REQUIRED = { eventId: '', timestamp: '' }

const enrichment = createEnrichment()

function row(index: number): EventRow {
  const visitor = (index * 7_919) % 200_000
  const event = NAMES[index % NAMES.length] ?? '$pageview'
  const ts = START + Math.floor((index / EVENTS) * MONTH_MS)
  const known = event === 'signup_completed' || event === 'purchase'
  const body = {
    event,
    url: `https://shop.example/${index % 900}`,
    path: `/${index % 900}`,
    ...ARRIVALS[visitor % ARRIVALS.length],
    properties: { position: index },
  }
  const browser = visitorOf(visitor)
  return {
    project: PROJECT,
    event,
    event_id: `0190f3a0-0000-7000-8000-${index.toString(16).padStart(12, '0')}`,
    anonymous_id: `visitor-${visitor}`,
    user_id: known && visitor % 4 === 0 ? `user-${visitor}` : null,
    session_id: `session-${Math.floor(index / 8)}`,
    ts,
    sent_at: ts,
    received_at: ts,
    day: Number(new Date(ts).toISOString().slice(0, 10).replaceAll('-', '')),
    value: event === 'purchase' ? 4_900 : null,
    currency: event === 'purchase' ? 'USD' : null,
    email: null,
    ...enrichment.derive({ ...REQUIRED, ...body }, { project: PROJECT, visitor: browser }),
    user_agent: browser.userAgent,
    client_hints: browser.clientHints ?? null,
    other_id: null,
    payment_ref: null,
    refund_ref: null,
    refunded_total: null,
    released: null,
    told_by: null,
    account: null,
    livemode: null,
    sender: 'sk',
    body: JSON.stringify(body),
  }
}

export async function fill(store: Store): Promise<void> {
  for (let from = 0; from < EVENTS; from += PER_APPEND) {
    await store.append(Array.from({ length: PER_APPEND }, (_, index) => row(from + index)))
  }
}

export interface Read {
  readonly name: string
  /** What it may take, in ms. */
  readonly bar: number
  run(store: Store): Promise<unknown>
}

/** A user with several events, from before and after they signed up. */
const SOMEBODY = 'visitor-4000'
/** Nobody ever told who this is. */
const VISITOR = 'visitor-4001'

/** Everybody, and what a reader looks at: the period as numbers, and two filters at once. */
const TRAFFIC = { span: { start: START, end: START + MONTH_MS } } as const
const NARROWED = {
  ...TRAFFIC,
  filters: [
    { dimension: 'channel', values: ['email'] },
    { dimension: 'device', values: ['desktop'] },
  ],
} as const

const of = async (store: Store, id: string): Promise<Person> => {
  const person = await store.person(PROJECT, id)
  if (!person) throw new Error(`${id} has no events`)
  return person
}

export const READS: readonly Read[] = [
  { name: 'latest 50', bar: 100, run: (store) => store.latest(PROJECT, 50) },
  {
    name: 'tail',
    bar: 100,
    run: (store) =>
      store.after(PROJECT, { position: 1, storedAt: Date.now() - 1_000, ts: 0, event: '', eventId: '' }, 200),
  },
  { name: 'person', bar: 100, run: (store) => of(store, SOMEBODY) },
  {
    name: 'timeline, user',
    bar: 100,
    run: async (store) => store.timeline(PROJECT, await of(store, SOMEBODY), { limit: 200 }),
  },
  {
    name: 'timeline, visitor',
    bar: 100,
    run: async (store) => store.timeline(PROJECT, await of(store, VISITOR), { limit: 200 }),
  },
  { name: 'stage, user', bar: 100, run: async (store) => store.stage(PROJECT, await of(store, SOMEBODY)) },
  {
    name: 'sessions',
    bar: 100,
    run: async (store) => store.sessions(PROJECT, await of(store, SOMEBODY), { from: START, to: START + MONTH_MS }),
  },
  { name: 'profile', bar: 100, run: async (store) => store.profile(PROJECT, await of(store, SOMEBODY)) },
  { name: 'group', bar: 1_000, run: (store) => store.group(PROJECT, 'nobody') },
  {
    name: 'people of group',
    bar: 1_000,
    run: (store) => store.people(PROJECT, { search: '', limit: 50, groupId: 'nobody' }),
  },
  { name: 'people', bar: 1_000, run: (store) => store.people(PROJECT, { search: '', limit: 50 }) },
  { name: 'people, search', bar: 1_000, run: (store) => store.people(PROJECT, { search: '-4000', limit: 50 }) },
  { name: 'events by day', bar: 1_000, run: (store) => store.eventCounts(PROJECT, DAYS) },
  {
    name: 'funnel',
    bar: 1_000,
    run: (store) => store.funnel(PROJECT, { steps: STEPS, windowMs: MONTH_MS, days: DAYS }),
  },
  { name: 'revenue', bar: 1_000, run: (store) => store.revenue(PROJECT, { days: DAYS, mode: 'live' }) },
  { name: 'stages', bar: 1_000, run: (store) => store.stages(PROJECT) },
  { name: 'overview', bar: 300, run: (store) => store.visits.overview(PROJECT, { ...TRAFFIC, filters: [] }) },
  { name: 'overview, 2 filters', bar: 300, run: (store) => store.visits.overview(PROJECT, NARROWED) },
  ...DIMENSIONS.flatMap((dimension) => [
    {
      name: dimension,
      bar: 300,
      run: (store: Store) => store.visits.breakdown(PROJECT, { ...TRAFFIC, filters: [], dimension, limit: 10 }),
    },
    {
      name: `${dimension}, 2 filters`,
      bar: 300,
      run: (store: Store) => store.visits.breakdown(PROJECT, { ...NARROWED, dimension, limit: 10 }),
    },
  ]),
  { name: 'counts', bar: 1_000, run: (store) => store.counts(PROJECT, DAYS) },
]
