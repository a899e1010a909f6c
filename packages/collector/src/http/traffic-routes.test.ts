import { describe, expect, test } from 'vitest'
import { batch, KEYS, testCollector } from '../../test/collector-setup.ts'
import { trackEvent } from '../../test/events.ts'

const page = (timestamp: string, fields: object = {}) =>
  trackEvent({ timestamp, sessionId: 'session-1', url: 'https://shop.example/', ...fields })

/** What a project of a few visits answers. It is 2026-01-31, 9:30 UTC. */
async function site() {
  const { post, get } = await testCollector()
  const events = [
    // 30 January in New York, the 31st in Berlin and in UTC.
    page('2026-01-31T01:00:00.000Z', { utm: { source: 'news', campaign: 'a:b' } }),
    page('2026-01-31T09:28:00.000Z', {
      anonymousId: 'visitor-0002',
      sessionId: 'session-2',
      url: 'https://shop.example/a',
    }),
    trackEvent({
      event: 'purchase',
      userId: 'user-1',
      value: 4_900,
      currency: 'EUR',
      timestamp: '2026-01-31T02:00:00.000Z',
    }),
    page('2025-12-31T23:30:00.000Z', { anonymousId: 'visitor-0003', sessionId: 'session-3' }),
  ]
  expect((await post('/v1/batch', batch(events), { key: KEYS.server })).status).toBe(200)
  return {
    get,
    async read(path: string) {
      const response = await get(`/v1/reports/${path}`, KEYS.reader)
      return { status: response.status, body: await response.json() }
    },
  }
}

describe('days', () => {
  test('are the last thirty of UTC unless others are asked for', async () => {
    const { read } = await site()
    const { body } = await read('overview')
    expect(body).toMatchObject({ from: '2026-01-02', to: '2026-01-31', timeZone: 'UTC', previous: null })
    expect(body.totals).toMatchObject({ visitors: 2, sessions: 2, pageviews: 2, events: 3, bounceRate: 1 })
    expect(body.totals.revenue).toEqual([{ currency: 'EUR', amount: 4_900 }])
    expect(body.totals).not.toHaveProperty('conversions')
  })

  test('are those of the time zone', async () => {
    const { read } = await site()
    const asked = 'from=2026-01-31&to=2026-01-31&timeZone='
    expect((await read(`overview?${asked}Europe/Berlin`)).body.totals.visitors).toBe(2)
    expect((await read(`overview?${asked}America/New_York`)).body.totals.visitors).toBe(1)
    // It is still the 30th there.
    const { body } = await read('overview?timeZone=Pacific/Pago_Pago')
    expect(body.to).toBe('2026-01-30')
  })

  test('of the period before are as many', async () => {
    const { body } = await (await site()).read('overview?from=2026-01-01&to=2026-01-31&compare=true&goal=purchase')
    expect(body.totals).toMatchObject({ visitors: 2, conversions: 1, conversionRate: 0.5 })
    expect(body.previous).toMatchObject({
      from: '2025-12-01',
      to: '2025-12-31',
      totals: { visitors: 1, conversions: 0, conversionRate: 0, revenue: [], medianSessionSeconds: 0 },
    })
  })
})

test('a series has every hour of a day', async () => {
  const { read } = await site()
  const { body } = await read('series?interval=hour&from=2026-01-31&timeZone=Asia/Kolkata&goal=purchase')
  expect(body.points).toHaveLength(24)
  expect(body.points[0]).toEqual({
    start: '2026-01-30T18:30:00.000Z',
    visitors: 0,
    sessions: 0,
    pageviews: 0,
    events: 0,
    conversions: 0,
  })
  expect(body.points.map(({ events }: { events: number }) => events).filter(Boolean)).toEqual([1, 1, 1])
  expect(body.points.map((point: { conversions: number }) => point.conversions).filter(Boolean)).toEqual([1])
})

test('filters of one dimension are alternatives, and all dimensions hold', async () => {
  const { read } = await site()
  const valuesOf = async (query: string) => {
    const { body } = await read(`breakdown?dimension=page&from=2025-12-01&${query}`)
    return body.rows.map(({ value }: { value: string | null }) => value)
  }
  expect(await valuesOf('')).toEqual(['/', null, '/a'])
  expect(await valuesOf('filter=source:news&filter=page:/')).toEqual(['/'])
  expect(await valuesOf('filter=source:news&filter=page:/a')).toEqual([])
  expect(await valuesOf('filter=campaign:a:b')).toEqual(['/'])
  expect(await valuesOf('filter=page:/a&filter=page:&filter=page:/nowhere')).toEqual([null, '/a'])
  const { body } = await read('breakdown?dimension=page&from=2025-12-01&limit=1')
  expect(body).toMatchObject({ rows: [{ value: '/', visitors: 2, sessions: 2, pageviews: 2 }], more: true })
})

test('those are online who did something in the last five minutes', async () => {
  expect((await (await site()).read('online')).body).toEqual({ people: 1 })
})

test.each([
  ['overview?timeZone=Mars/Base', /^timeZone: must be the name of a time zone/],
  ['overview?filter=country:DE&filter=nonsense', /^filter: "nonsense" is no filter/],
  ['overview?from=2026-02-01&to=2026-01-01', /^from: must not be after to/],
  ['overview?from=1972-12-31', /^from: must not be before 1973/],
  ['overview?from=1990-01-01', /^from: must not be more than/],
  ['overview?goal=', /^goal: /],
  ['series?interval=hour&from=2025-01-01', /^interval: the period has more than 2016/],
  ['breakdown?dimension=planet', /^dimension: /],
  ['attribution?dimension=page', /^dimension: /],
  ['breakdown?dimension=page&limit=0', /^limit: /],
])('%s is refused', async (path, message) => {
  const { status, body } = await (await site()).read(path)
  expect({ status, code: body.error.code }).toEqual({ status: 400, code: 'invalid_request' })
  expect(body.error.message).toMatch(message)
})

test('more than a hundred filters are refused', async () => {
  const { read } = await site()
  const { status, body } = await read(`overview?${'filter=page:x&'.repeat(101)}`)
  expect({ status, code: body.error.code }).toEqual({ status: 400, code: 'invalid_request' })
})

test('only readers may ask, and a text that no database holds is refused', async () => {
  const { get } = await site()
  for (const path of ['overview', 'series', 'breakdown?dimension=page', 'online']) {
    expect((await get(`/v1/reports/${path}`, KEYS.browser)).status).toBe(403)
  }
  expect((await get('/v1/reports/overview?filter=page:a%00b', KEYS.reader)).status).toBe(400)
})

describe('attribution', () => {
  test('gives the credit to the arrival that is asked for, of all time', async () => {
    const { post, get } = await testCollector()
    const at = (timestamp: string, fields: object) => trackEvent({ userId: 'user-1', timestamp, ...fields })
    const events = [
      at('2025-11-01T10:00:00.000Z', { url: 'https://shop.example/', utm: { source: 'news' }, sessionId: 'session-1' }),
      at('2026-01-20T10:00:00.000Z', { url: 'https://shop.example/', utm: { source: 'fair' }, sessionId: 'session-2' }),
      at('2026-01-21T10:00:00.000Z', { url: 'https://shop.example/', sessionId: 'session-3' }),
      at('2026-01-22T10:00:00.000Z', { event: 'purchase', value: 4_900, currency: 'EUR' }),
      at('2026-01-23T10:00:00.000Z', { url: 'https://shop.example/', utm: { source: 'late' }, sessionId: 'session-4' }),
    ]
    expect((await post('/v1/batch', batch(events), { key: KEYS.server })).status).toBe(200)
    const rowsOf = async (asked: string) => {
      const response = await get(`/v1/reports/attribution?dimension=source${asked}`, KEYS.reader)
      return (await response.json()).rows
    }
    const revenue = [{ currency: 'EUR', amount: 4_900 }]
    expect(await rowsOf('&attribution=first&goal=purchase')).toEqual([{ value: 'news', conversions: 1, revenue }])
    expect(await rowsOf('&goal=purchase')).toEqual([{ value: 'fair', conversions: 1, revenue }])
    expect(await rowsOf('&to=2026-01-21')).toEqual([])
  })
})

describe('retention', () => {
  test('has whole weeks of the time zone, up to the one that has begun', async () => {
    const { read } = await site()
    const { body } = await read('retention?from=2026-01-01&to=2026-02-28&timeZone=Europe/Berlin')
    expect(body).toMatchObject({ from: '2025-12-29', to: '2026-03-01', timeZone: 'Europe/Berlin' })
    expect(body.cohorts).toHaveLength(9)
    // In Berlin, visitor 3 was there on New Year's Day already.
    expect(body.cohorts[0]).toEqual({ start: '2025-12-28T23:00:00.000Z', people: 1, active: [1, 0, 0, 0, 0] })
    expect(body.cohorts[4]).toMatchObject({ people: 2, active: [2] })
    expect(body.cohorts[5]).toMatchObject({ people: 0, active: [] })
  })

  test('is of the last twelve weeks, and of no more than fifty-four', async () => {
    const { read } = await site()
    expect((await read('retention')).body).toMatchObject({ from: '2025-11-03', to: '2026-02-01' })
    expect((await read('retention?from=2025-01-20')).status).toBe(200)
    expect((await read('retention?from=2025-01-19')).status).toBe(400)
  })
})
