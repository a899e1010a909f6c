import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { TrackEvent } from '@threadline/schema'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { subject } from './lib/client.ts'
import { type ServicesCollector, startServicesCollector } from './lib/collector.ts'
import { SERVICES, type Service } from './lib/services.ts'

/** Tables are padded by the formatter. */
const page = readFileSync(new URL('../../docs/providers/index.md', import.meta.url), 'utf8').replaceAll(/ +\|/g, ' |')

let collector: ServicesCollector
beforeAll(async () => {
  collector = await startServicesCollector()
})
afterAll(() => collector.stop())

/** An event that has everything. */
function wholeEvent(visitor: string) {
  return {
    event: 'report_opened',
    eventId: `report_${visitor}`,
    anonymousId: visitor,
    userId: `user_${visitor}`,
    sessionId: `session_${visitor}`,
    timestamp: '2026-01-31T09:30:00.000Z',
    value: 4_990,
    currency: 'KWD',
    email: 'sam@example.com',
    url: 'https://shop.example/reports?utm_source=news&utm_medium=email',
    path: '/reports',
    title: 'Reports',
    referrer: 'https://news.example/post',
    utm: { source: 'news', medium: 'email' },
    clickIds: { gclid: 'abc' },
    consent: { ads: true },
    properties: { plan: 'pro', cart: { items: 2 } },
  } satisfies TrackEvent
}

/** Members of the event that came through client, service and dialect as they were captured. */
async function carriedBy({ connect }: Service): Promise<readonly string[]> {
  const visitor = randomUUID()
  const captured = wholeEvent(visitor)
  const { client } = subject(connect(collector.url))
  client.capture(captured)
  await client.flush()
  const stored = (await collector.timeline(visitor))[0] ?? (await collector.timeline(captured.userId))[0]
  const same = (name: string, value: unknown) => {
    const kept: unknown = Object.entries(stored ?? {}).find(([key]) => key === name)?.[1]
    return JSON.stringify(kept) === JSON.stringify(value)
  }
  return Object.entries(captured)
    .filter(([name, value]) => same(name, value))
    .map(([name]) => name)
}

/** In every row: no service loses these. */
const ALWAYS = ['event', 'anonymousId', 'value', 'currency']

function rowOf({ page: file, title, connect, connectInPage }: Service, carried: readonly string[]): string {
  const destination = connect('https://service.example')
  const { maxEvents, rate } = destination.limits
  const inPages = connectInPage && !connectInPage('https://service.example').secret
  const identify = destination.encode({ ...wholeEvent('visitor'), event: '$identify', traits: { plan: 'pro' } })
  const cells = [
    `[${title}](./${file}.md)`,
    `${maxEvents}`,
    rate ? `${rate.requests} in ${rate.intervalMs / 1_000} s` : 'not documented',
    destination.dedupes ? 'yes' : 'no',
    inPages ? 'yes' : 'no',
    'refused' in identify ? 'no' : 'yes',
    destination.visitorIdStore ? `\`${destination.visitorIdStore.name}\`` : 'not documented',
    carried
      .filter((name) => !ALWAYS.includes(name))
      .map((name) => `\`${name}\``)
      .join(', '),
  ]
  return `| ${cells.join(' | ')} |`
}

test.each(SERVICES)('the documentation’s row for $title is what is true', async (service) => {
  const carried = await carriedBy(service)
  expect(carried).toEqual(expect.arrayContaining(ALWAYS))
  expect(page).toContain(rowOf(service, carried))
})
