import { describe, expect, test } from 'vitest'
import { KEYS, type PostInit } from '../../test/collector-setup.ts'
import { type DialectCollector, dialectCollector, VISITOR } from '../../test/dialect-setup.ts'

const PAGE = { url: 'https://shop.example/', domain: 'shop.example' }
const WEBSITE = '94db1cb1-74f4-4a40-ad6c-962362670409'

/** One event in the language of one service, with a key that everybody can read in a page. */
interface Language {
  readonly path: string
  readonly key: string | null
  readonly headers?: PostInit['headers']
  readonly body: (name: string) => object
}

const segment = { path: '/v1/t', key: null, headers: { authorization: `Basic ${btoa(`${KEYS.browser}:`)}` } }

const LANGUAGES: { readonly [name: string]: Language } = {
  Segment: { ...segment, body: (event) => ({ event, anonymousId: VISITOR }) },
  'PostHog, with a key of its own': {
    path: '/e/',
    key: null,
    body: (event) => ({ event, distinct_id: 'user_42', api_key: 'phc_test' }),
  },
  'PostHog, with a key of ours': {
    path: '/batch/',
    key: null,
    body: (event) => ({ api_key: KEYS.browser, batch: [{ event, distinct_id: 'user_42' }] }),
  },
  'PostHog, where each event is answered': {
    path: '/i/v1/analytics/events',
    key: 'phc_test',
    body: (event) => ({ batch: [{ event, distinct_id: 'user_42', uuid: event }] }),
  },
  Plausible: { path: '/api/event', key: null, body: (name) => ({ name, ...PAGE }) },
  Umami: { path: '/api/send', key: null, body: (name) => ({ payload: { website: WEBSITE, url: PAGE.url, name } }) },
  Millimetric: {
    path: '/v1/track',
    key: KEYS.browser,
    headers: { origin: 'https://shop.example' },
    body: (event) => ({ event, anonymous_id: VISITOR }),
  },
  'analyse.net': {
    path: '/v1/event',
    key: null,
    body: (event_name) => ({ publicKey: 'pk_live_analyse', event: { event_name, anonymous_id: VISITOR } }),
  },
}

type Given = Pick<DialectCollector, 'post'>

function send({ post }: Given, { path, key, headers, body }: Language, more: PostInit['headers'] = {}) {
  return post(path, body('a'), { key, headers: { ...headers, ...more } })
}

describe.each(Object.entries(LANGUAGES))('%s', (_, language) => {
  test('has a limit of requests for a key that pages show', async () => {
    const collector = await dialectCollector({ rateLimits: { pk: { burst: 1, perSecond: 0.1 } } })
    expect((await send(collector, language)).status).toBeLessThan(300)
    const often = await send(collector, language)
    // posthog-js gives up what is answered by 429.
    expect([429, 503]).toContain(often.status)
    expect(often.headers.get('retry-after')).toBe('10')
    expect(await collector.stored()).toHaveLength(1)
  })

  test.each([
    ['Global Privacy Control', { 'sec-gpc': '1' }],
    ['an opt-out', { cookie: `tl_id=${VISITOR}; tl_opted_out=opted_out` }],
  ])('stores nothing of a visitor who has refused by %s, and asks for nothing again', async (_, refusal) => {
    const collector = await dialectCollector()
    const answer = await send(collector, language, refusal)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([expect.toSatisfy(isSuccess), null])
    expect(await collector.stored()).toEqual([])
    const takenBack = { cookie: 'tl_opted_out=', 'sec-gpc': '0' }
    expect((await send(collector, language, takenBack)).status).toBeLessThan(300)
    expect(await collector.stored()).toHaveLength(1)
    // A refusal is nobody's mistake.
    const { counts } = await (await collector.get('/v1/reports/health')).json()
    expect(counts.filter(({ kind }: { kind: string }) => kind === 'invalid')).toEqual([])
  })
})

function isSuccess(status: unknown): boolean {
  return typeof status === 'number' && status >= 200 && status < 300
}

/** A server's key, in each language that takes one. */
const BY_SERVER: readonly (readonly [name: string, path: string, body: object, init: PostInit])[] = [
  ['natively', '/v1/batch', { sentAt: '2026-01-31T09:30:01.000Z', events: [] }, {}],
  ['in Segment’s', '/v1/t', { event: 'a', anonymousId: VISITOR, writeKey: KEYS.server }, { key: null }],
  ['in PostHog’s', '/e/', { event: 'a', distinct_id: 'user_42', api_key: KEYS.server }, { key: null }],
  ['in Millimetric’s', '/v1/track', { event: 'a', anonymous_id: VISITOR }, {}],
  ['to forget', '/v1/forget', { user_id: 'user_42' }, {}],
  ['in Servoki’s', '/api/events/server', { site: 'example.com', event_type: 'a' }, { key: 'servoki_test' }],
  ['in Web Analyzer’s', '/api/v1/websites/7/track', { name: 'a' }, { key: 'waa_test' }],
]

test.each(BY_SERVER)('a server’s key is refused in a page: %s', async (_, path, body, init) => {
  const { post } = await dialectCollector()
  expect((await post(path, body, init)).status).toBeLessThan(300)
  const leaked = await post(path, body, { ...init, headers: { origin: 'https://shop.example' } })
  expect(leaked.status).toBe(403)
  expect(await leaked.text()).not.toContain(KEYS.server)
})

describe('what an event says itself', () => {
  const consenting = (categoryPreferences: object) => ({
    event: 'a',
    anonymousId: VISITOR,
    context: { consent: { categoryPreferences } },
  })
  const page = { key: null, headers: { ...segment.headers, 'sec-gpc': '1' } }

  test('goes over the signal of the browser when it is a yes', async () => {
    const { post, stored } = await dialectCollector()
    await post('/v1/t', consenting({ Analytics: true }), page)
    await post('/v1/t', consenting({ Advertising: true }), page)
    expect(await stored()).toMatchObject([{ consent: { analytics: true, ads: false } }])
  })

  test('is a no whoever sends it', async () => {
    const { post, stored } = await dialectCollector()
    const server = { key: null, headers: { authorization: `Basic ${btoa(`${KEYS.server}:`)}` } }
    const batch = [consenting({ Analytics: false }), { ...consenting({ Analytics: true }), event: 'b' }]
    const answer = await post('/v1/b', { batch: batch.map((each) => ({ type: 'track', ...each })) }, server)
    expect(answer.status).toBe(200)
    expect((await stored()).map(({ event }) => event)).toEqual(['b'])
  })

  test('is nothing that a server’s request could refuse', async () => {
    const { post, stored } = await dialectCollector()
    const body = { event: 'a', distinct_id: 'user_42', api_key: KEYS.server }
    await post('/e/', body, { key: null, headers: { 'sec-gpc': '1' } })
    expect(await stored()).toHaveLength(1)
  })
})
