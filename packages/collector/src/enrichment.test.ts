import type { TrackEvent } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { onBothDatabases, type RunningCollector } from '../test/both-databases.ts'
import { batch, KEYS, NOW, testCollector } from '../test/collector-setup.ts'
import { DIALECTS } from '../test/dialect-setup.ts'
import { trackEvent } from '../test/events.ts'
import type { EventView } from './http/event-view.ts'
import type { ExportedEvent } from './http/export-person.ts'
import type { StartCollectorOptions } from './start-collector.ts'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1'
const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'

type Headers = { readonly [name: string]: string }

interface Sent {
  readonly key?: string
  readonly headers?: Headers
}

const page = (fields: Partial<TrackEvent> = {}) =>
  trackEvent({ url: 'https://shop.example/pricing', path: '/pricing', ...fields })

/** Sends an event as a page does, and gives it as it is read. */
async function view(
  { post, read }: RunningCollector,
  event: TrackEvent,
  { key = KEYS.browser, headers = { 'user-agent': FIREFOX } }: Sent = {},
): Promise<EventView | undefined> {
  const response = await post('/v1/batch', { sentAt: new Date().toISOString(), events: [event] }, { key, headers })
  expect(await response.json()).toMatchObject({ stored: 1 })
  const { events } = await read('/v1/events')
  return events.find((each) => each.event.eventId === event.eventId)
}

onBothDatabases(({ start }) => {
  const begin = (options: Partial<StartCollectorOptions> = {}) => start(options)

  test('an event of a page is stored with what its request and its campaign tell', async () => {
    const collector = await begin()
    const found = await view(
      collector,
      page({ utm: { source: 'google', medium: 'cpc', campaign: 'Spring' }, referrer: 'https://www.google.de/' }),
    )
    expect(found?.derived).toEqual({
      channel: 'paid_search',
      origin: 'Google',
      device: 'desktop',
      browser: 'Firefox',
      os: 'Linux',
    })
    // What was captured stays as it was.
    expect(found?.event.context).toBeUndefined()
  })

  test('what a server sends says itself who its visitor is', async () => {
    const collector = await begin()
    const asServer = { key: KEYS.server, headers: { 'user-agent': FIREFOX } }
    const bare = await view(collector, trackEvent({ event: 'purchase' }), asServer)
    expect(bare?.derived).toBeUndefined()
    const scoped = trackEvent({ event: 'purchase', context: { userAgent: IPHONE, ip: '203.0.113.7' } })
    const found = await view(collector, scoped, asServer)
    expect(found?.derived).toEqual({ device: 'mobile', browser: 'Safari', os: 'iOS' })
    // Their address is nobody's business unless the operator says so.
    expect(found?.event.context).toEqual({ userAgent: IPHONE })
  })

  test('a program that has the public key says nothing about a visitor', async () => {
    const found = await view(await begin(), page(), { headers: { 'user-agent': 'python-requests/2.32' } })
    expect(found?.derived).toEqual({ channel: 'direct' })
  })

  test('where visitors are is believed of named headers only, and their address is kept only when asked for', async () => {
    const headers = { 'user-agent': FIREFOX, 'cf-ipcountry': 'AT', 'cf-region-code': '9', 'cf-ipcity': 'Vienna' }
    const closed = await begin()
    expect((await view(closed, page(), { headers }))?.derived).not.toHaveProperty('country')
    await closed.close()
    const open = await begin({
      placeHeaders: { country: 'cf-ipcountry', region: 'cf-region-code', city: 'cf-ipcity' },
      keepAddresses: true,
    })
    const found = await view(open, page(), { headers })
    expect(found?.derived).toMatchObject({ country: 'AT', region: 'AT-9', city: 'Vienna' })
    expect(found?.event.context?.ip).toBe('127.0.0.1')
    // Of a server's event, the request comes from the server.
    const ofServer = await view(open, trackEvent({ event: 'purchase' }), { key: KEYS.server, headers })
    expect(ofServer?.derived).toBeUndefined()
  })

  test('an address is looked up before it goes: of the request, or the one that a server names', async () => {
    const lookupPlace = (address: string) => ({ country: address === '198.51.100.9' ? 'JP' : 'NZ' })
    const collector = await begin({ lookupPlace, trustedProxies: 1 })
    const headers = { 'user-agent': FIREFOX, 'x-forwarded-for': '198.51.100.9' }
    expect((await view(collector, page(), { headers }))?.derived).toMatchObject({ country: 'JP' })
    const ofServer = trackEvent({ event: 'purchase', context: { ip: '203.0.113.7' } })
    expect((await view(collector, ofServer, { key: KEYS.server, headers }))?.derived).toEqual({ country: 'NZ' })
  })

  test('a project has channels and domains of its own', async () => {
    const collector = await begin({
      enrichment: {
        default: { channels: [{ channel: 'Partners', referrer: 'partner.example' }], domains: ['shop-help.example'] },
      },
    })
    const ofPartner = await view(collector, page({ referrer: 'https://www.partner.example/deals' }))
    expect(ofPartner?.derived).toMatchObject({ channel: 'Partners', origin: 'partner.example' })
    const ofOwn = await view(collector, page({ referrer: 'https://faq.shop-help.example/' }))
    expect(ofOwn?.derived).toMatchObject({ channel: 'internal' })
    const paidFor = await view(collector, page({ referrer: 'https://checkout.stripe.com/pay' }))
    expect(paidFor?.derived).toMatchObject({ channel: 'internal' })
    const { firstTouch } = await collector.read('/v1/people/visitor-0001')
    expect(firstTouch).toMatchObject({ referrer: 'https://www.partner.example/deals', channel: 'Partners' })
  })

  test('bots are stored and counted, and out of reports unless asked for', async () => {
    const collector = await begin()
    const { read } = collector
    const at = new Date().toISOString()
    const bot = { headers: { 'user-agent': GOOGLEBOT } }
    const visit = { timestamp: at, anonymousId: 'visitor-of-bot' }
    const crawled = await view(collector, page(visit), bot)
    expect(crawled?.derived).toMatchObject({ device: 'bot', bot: 'Googlebot' })
    await view(collector, page({ ...visit, event: 'signup_started' }), bot)
    const driven = page({ timestamp: at, anonymousId: 'visitor-driven', context: { automated: true } })
    await view(collector, driven)
    await view(collector, page({ timestamp: at, anonymousId: 'visitor-human' }))
    await view(collector, page({ timestamp: at, anonymousId: 'visitor-human', event: 'signup_started' }))
    // Bought by what looks like a bot: money is money.
    const bought = { event: 'purchase', value: 4_900, currency: 'EUR', context: { userAgent: GOOGLEBOT } }
    await view(collector, trackEvent({ timestamp: at, anonymousId: 'visitor-buys', ...bought }), { key: KEYS.server })
    // A duplicate is counted as one, and as no bot again.
    await collector.post('/v1/batch', { sentAt: at, events: [driven] }, { key: KEYS.browser })

    const people = async (query: string) => (await read(`/v1/people${query}`)).people.map(({ id }) => id).sort()
    expect(await people('')).toEqual(['visitor-human'])
    expect(await people('?bots=include')).toEqual(['visitor-buys', 'visitor-driven', 'visitor-human', 'visitor-of-bot'])
    const funnel = '/v1/reports/funnel?steps=$pageview,signup_started'
    expect((await read(funnel)).steps.map((step) => step.people)).toEqual([1, 1])
    expect((await read(`${funnel}&bots=include`)).steps.map((step) => step.people)).toEqual([3, 2])
    const views = async (query: string) =>
      (await read(`/v1/reports/events${query}`)).counts.reduce((sum, { count }) => sum + count, 0)
    expect([await views(''), await views('?bots=include')]).toEqual([2, 6])
    expect((await read('/v1/reports/stages')).stages.reduce((sum, each) => sum + each.people, 0)).toBe(1)
    expect((await read('/v1/reports/stages?bots=include')).stages.reduce((sum, each) => sum + each.people, 0)).toBe(4)
    expect((await read('/v1/reports/revenue')).revenue).toMatchObject([{ amount: 4_900 }])
    const { counts } = await read('/v1/reports/health')
    expect(counts.filter(({ kind }) => kind === 'bot').map(({ name, count }) => [name, count])).toEqual([
      ['Automated browser', 1],
      ['Googlebot', 3],
    ])
    await expect(read('/v1/people?bots=maybe')).rejects.toThrow('400')
  })

  test('an export has the user agent that was kept, and it goes with the person', async () => {
    const collector = await begin()
    await view(collector, page())
    const response = await fetch(`${collector.url}/v1/people/visitor-0001/export`, {
      headers: { authorization: `Bearer ${KEYS.reader}` },
    })
    const lines = (await response.text())
      .trim()
      .split('\n')
      .map((line): ExportedEvent & { type: string } => JSON.parse(line))
    expect(lines.find(({ type }) => type === 'event')).toMatchObject({
      userAgent: FIREFOX,
      derived: { browser: 'Firefox' },
    })
  })
})

/** Each starts a collector, and the machine may be busy. */
const TIMEOUT_MS = 30_000

/** Pages have an origin, servers none. */
const SENDERS = [
  [KEYS.browser, { origin: 'https://shop.example' }],
  [KEYS.server, {}],
] as const

describe('through a dialect', { timeout: TIMEOUT_MS }, () => {
  test('a page is known by its request, a server by what it says', async () => {
    const { post, get } = await testCollector({ dialects: DIALECTS })
    const event = { event: '$pageview', anonymous_id: 'visitor-0001', url: 'https://shop.example/?utm_source=bing' }
    for (const [key, origin] of SENDERS) {
      const headers = { 'user-agent': IPHONE, ...origin }
      expect((await post('/v1/track', { ...event, event_id: key }, { key, headers })).status).toBe(202)
    }
    const { events }: { events: readonly EventView[] } = await (await get('/v1/events')).json()
    const of = (id: string) => events.find((each) => each.event.eventId === id)?.derived
    expect(of(KEYS.browser)).toEqual({
      channel: 'organic_search',
      origin: 'Bing',
      device: 'mobile',
      browser: 'Safari',
      os: 'iOS',
    })
    expect(of(KEYS.server)).toEqual({ channel: 'organic_search', origin: 'Bing' })
  })
})

test('texts that PostgreSQL refuses fail no event', { timeout: TIMEOUT_MS }, async () => {
  const { post, store } = await testCollector()
  const odd = '\0\ud800'
  const event = page({
    referrer: `https://x.example/${odd}`,
    utm: { source: odd, medium: odd, campaign: odd },
    context: { userAgent: `Odd${odd}/1.0 (${odd}) ` },
  })
  expect(await (await post('/v1/batch', batch([event]))).json()).toMatchObject({ stored: 1 })
  const [stored] = await store.latest('default', 1)
  expect(stored?.derived.origin).toBe('\ufffd')
  expect(stored?.receivedAt).toBe(NOW)
})
