import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EventRow, openStore, type Store } from '@threadline/collector'

// How long each read takes over a million events of 200,000 visitors on the embedded database.

const EVENTS = 1_000_000
const PER_APPEND = 5_000
const RUNS = 5
const PROJECT = 'default'
const DAYS = { from: 20260101, to: 20260130 }
const START = Date.UTC(2026, 0, 1)
const MONTH_MS = 30 * 86_400_000

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

function row(index: number): EventRow {
  const visitor = (index * 7_919) % 200_000
  const event = NAMES[index % NAMES.length] ?? '$pageview'
  const ts = START + Math.floor((index / EVENTS) * MONTH_MS)
  const known = event === 'signup_completed' || event === 'purchase'
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
    source: visitor % 5 === 0 ? 'newsletter' : null,
    other_id: null,
    sender: 'sk',
    body: JSON.stringify({ event, url: `https://shop.example/${index % 900}`, properties: { position: index } }),
  }
}

async function measure(name: string, read: () => Promise<unknown>): Promise<void> {
  const times: number[] = []
  for (let run = 0; run < RUNS; run += 1) {
    const start = performance.now()
    await read()
    times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  const at = (index: number) => (times[index] ?? 0).toFixed(0).padStart(6)
  console.log(`${name.padEnd(16)} median ${at(Math.floor(RUNS / 2))} ms, slowest ${at(RUNS - 1)} ms`)
}

async function fill(store: Store): Promise<void> {
  for (let from = 0; from < EVENTS; from += PER_APPEND) {
    await store.append(Array.from({ length: PER_APPEND }, (_, index) => row(from + index)))
  }
}

const dataDir = mkdtempSync(join(tmpdir(), 'threadline-reads-'))
const store = await openStore({ dataDir })
try {
  await fill(store)
  const [newest] = await store.latest(PROJECT, 1)
  const steps = ['$pageview', 'signup_completed', 'purchase']
  await measure('latest 50', () => store.latest(PROJECT, 50))
  if (newest) await measure('tail', () => store.after(PROJECT, newest, 200))
  await measure('person', () => store.person(PROJECT, 'visitor-4000'))
  const person = await store.person(PROJECT, 'visitor-4000')
  if (person) {
    await measure('timeline', () => store.timeline(PROJECT, person, { limit: 200 }))
    await measure('stage', () => store.stage(PROJECT, person))
    await measure('sessions', () => store.sessions(PROJECT, person, { from: START, to: START + MONTH_MS }))
    await measure('profile', () => store.profile(PROJECT, person))
  }
  await measure('group', () => store.group(PROJECT, 'nobody'))
  await measure('people of group', () => store.people(PROJECT, { search: '', limit: 50, groupId: 'nobody' }))
  await measure('people', () => store.people(PROJECT, { search: '', limit: 50 }))
  await measure('people, search', () => store.people(PROJECT, { search: '-4000', limit: 50 }))
  await measure('events by day', () => store.eventCounts(PROJECT, DAYS))
  await measure('funnel', () => store.funnel(PROJECT, { steps, windowMs: 7 * 86_400_000, days: DAYS }))
  await measure('revenue', () => store.revenue(PROJECT, DAYS))
  await measure('stages', () => store.stages(PROJECT))
} finally {
  await store.close()
  rmSync(dataDir, { recursive: true })
}
