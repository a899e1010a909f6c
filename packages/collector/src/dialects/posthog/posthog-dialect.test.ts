import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { KEYS, NOW } from '../../../test/collector-setup.ts'
import { answerOf, dialectCollector } from '../../../test/dialect-setup.ts'
import { fromPosthog } from './event.ts'

const page = { key: null, headers: { 'content-type': 'text/plain' } }

const sent = {
  event: 'report_opened',
  uuid: 'e1',
  distinct_id: 'user_42',
  properties: { token: 'phc_test', plan: 'ä+b' },
}

const at = (ms: number) => new Date(NOW + ms).toISOString()

/** A UUID of version 7 of that time. */
function mintedAt(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-8def-0123456789ab`
}

describe('a body is understood', () => {
  const json = JSON.stringify(sent)
  const base64 = Buffer.from(json).toString('base64')
  test.each([
    ['as JSON', json, {}],
    ['as a list', `[${json}]`, {}],
    ['without a type, as beacons have it', Buffer.from(json), { 'content-type': '' }],
    ['gzip, named in the header', gzipSync(json), { 'content-encoding': 'gzip' }],
    ['gzip, named in the address or nowhere', gzipSync(json), {}],
    ['base64 in a form', `data=${encodeURIComponent(base64)}`, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['base64 whose + has become blanks', `compression=base64&data=${base64.replaceAll('+', '%20')}`, {}],
    ['JSON in a form', `data=${encodeURIComponent(json)}`, { 'content-type': 'application/x-www-form-urlencoded' }],
  ])('%s', async (_, body, headers) => {
    const { post, stored } = await dialectCollector()
    const answer = await post('/e/?compression=gzip-js', body, { key: null, headers: { ...page.headers, ...headers } })
    expect(await answerOf(answer)).toEqual([200, { status: 'Ok' }])
    expect(await stored()).toMatchObject([{ eventId: 'e1', userId: 'user_42', properties: { plan: 'ä+b' } }])
  })
})

describe('what cannot be read is 4xx', () => {
  const bomb = gzipSync(Buffer.alloc(3_000_000, ' '))
  const deep = `${'['.repeat(60)}${']'.repeat(60)}`
  test.each([
    ['nothing', '', 400],
    ['half of a text', '{"event":', 400],
    ['a form without data', 'data=', 400],
    ['gzip that is cut off', gzipSync(JSON.stringify(sent)).subarray(0, 30), 400],
    ['a bomb', bomb, 413],
    ['a bomb within base64', `data=${encodeURIComponent(bomb.toString('base64'))}`, 413],
    ['more than a megabyte', 'x'.repeat(1_000_001), 413],
    ['bytes that are no text', Buffer.from([0x22, 0xff, 0x22]), 400],
    ['an empty batch', '{"api_key":"phc_test","batch":[]}', 400],
    ['an empty list', '[]', 400],
    ['null', 'null', 401],
    ['a number', '42', 401],
    [
      'what is nested too deep',
      `{"api_key":"phc_test","event":"a","distinct_id":"user_42","properties":{"a":${deep}}}`,
      400,
    ],
    ['a key that is none', '{"api_key":{"a":1},"event":"a"}', 401],
  ])('%s', async (_, body, status) => {
    const { post, stored } = await dialectCollector()
    const answer = await post('/batch/', body, page)
    expect([answer.status, (await answer.json()).type]).toEqual([status, expect.any(String)])
    expect(await stored()).toEqual([])
  })

  test('and members of any kind are no fault of the collector', async () => {
    const { post } = await dialectCollector()
    const values: readonly unknown[] = [null, 0, '', [], {}, 'x'.repeat(300), { toString: 1 }, '\0', '\ud800', 1e300]
    const cases = values.flatMap((value) =>
      ['a', '$identify', '$create_alias', '$groupidentify', '$set', value].map((event) => ({
        event,
        distinct_id: value,
        uuid: value,
        timestamp: value,
        offset: value,
        $set: value,
        properties: {
          $set: value,
          $current_url: value,
          $group_type: value,
          $group_key: value,
          revenue: value,
          currency: value,
        },
      })),
    )
    const statuses = await Promise.all(
      cases.map(async (event) => (await post('/batch', { api_key: 'phc_test', batch: [event] }, { key: null })).status),
    )
    expect(cases.filter((_, index) => (statuses[index] ?? 500) >= 500)).toEqual([])
  }, 60_000)
})

describe('when it happened', () => {
  const one = async (body: object, path = '/batch') => {
    const { post, get } = await dialectCollector()
    await post(path, body, { key: null })
    const { events } = await (await get('/v1/events')).json()
    return events[0].occurredAt
  }

  test('is corrected where the sender’s clock is off', async () => {
    const sentAt = at(-3_600_000)
    const event = { ...sent, timestamp: at(-3_610_000) }
    expect(await one({ api_key: 'phc_test', sent_at: sentAt, batch: [event] })).toBe(at(-10_000))
  })

  test('stands where it was given in a page, or is a history’s', async () => {
    const sentAt = at(-3_600_000)
    const given = { ...sent, timestamp: at(-3_610_000), properties: { $event_time_override_provided: true } }
    expect(await one({ api_key: 'phc_test', sent_at: sentAt, batch: [given] })).toBe(at(-3_610_000))
    const old = { ...sent, timestamp: '2020-01-01T00:00:00.000Z' }
    const history = { api_key: KEYS.server, sent_at: sentAt, historical_migration: true, batch: [old] }
    expect(await one(history)).toBe('2020-01-01T00:00:00.000Z')
  })

  test('is so long ago as the offset says', async () => {
    expect(await one({ ...sent, offset: 2_500 }, '/e/')).toBe(at(-2_500))
  })

  test('is in the id where a resend comes later than its offset says', async () => {
    // Captured ten minutes before the resend, on a clock that is an hour behind; the first try came a second after the capture.
    const clock = NOW - 3_600_000
    const event = { ...sent, uuid: mintedAt(clock - 600_000), offset: 1_000 }
    expect(await one(event, `/e/?_=${clock}&retry_count=3`)).toBe(at(-600_000))
  })

  test.each(['2026-01-31T09:29:00.500', '2026-01-31 09:29:00.500'])('is UTC without a zone: %s', async (timestamp) => {
    vi.stubEnv('TZ', 'America/New_York')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(new Date(NOW).getTimezoneOffset()).toBe(300)
    expect(await one({ ...sent, api_key: KEYS.server, timestamp })).toBe('2026-01-31T09:29:00.500Z')
  })

  test.each([['nonsense'], [''], [-5], [1e300], [null]])('is now where the time is %j', async (time) => {
    expect(await one({ ...sent, timestamp: time, offset: time }, '/e/')).toBe(at(0))
  })
})

describe('who may send', () => {
  const purchase = { event: 'purchase', uuid: 'e1', distinct_id: 'user_42', properties: { order_id: 'o1' } }

  test('a listed key may send everything, as at PostHog', async () => {
    const { post, stored } = await dialectCollector()
    expect((await post('/e/', { ...purchase, api_key: 'phc_test' }, { key: null })).status).toBe(200)
    expect(await stored()).toMatchObject([{ event: 'purchase' }])
  })

  test('a pk_ key may not say what belongs to the server, and a server may', async () => {
    const { post, stored } = await dialectCollector()
    expect((await post('/e/', { ...purchase, api_key: KEYS.browser }, { key: null })).status).toBe(400)
    expect((await post('/e/', { ...purchase, api_key: KEYS.server }, { key: null })).status).toBe(200)
    expect(await stored()).toHaveLength(1)
  })

  test('a pk_ key sends from its origins', async () => {
    const { post } = await dialectCollector()
    const from = (origin: string) => post('/e/', { ...sent, api_key: KEYS.limited }, { key: null, headers: { origin } })
    expect((await from('https://shop.example')).status).toBe(200)
    expect(await answerOf(await from('https://evil.example'))).toMatchObject([403, { code: 'permission_denied' }])
  })

  test('a read key cannot send, and no key is repeated', async () => {
    const { post } = await dialectCollector()
    for (const key of [KEYS.reader, 'phc_hunter2']) {
      const answer = await post('/e/', { ...sent, api_key: key }, { key: null })
      expect([401, 403]).toContain(answer.status)
      expect(await answer.text()).not.toContain(key)
    }
  })

  test('an address is a visitor’s where a server says it, and a claim where a page does', async () => {
    const { post, stored } = await dialectCollector()
    const event = { event: 'a', distinct_id: 'user_42', properties: { $ip: '203.0.113.7' } }
    await post('/e/', { ...event, uuid: 'e1', api_key: KEYS.server }, { key: null })
    await post('/e/', { ...event, uuid: 'e2', api_key: KEYS.browser }, { key: null })
    const byId = new Map((await stored()).map((each) => [each.eventId, each]))
    expect(byId.get('e1')?.context).toEqual({ ip: '203.0.113.7' })
    expect(byId.get('e2')).toMatchObject({ properties: { $ip: '203.0.113.7' } })
    expect(byId.get('e2')?.context).toBeUndefined()
  })
})

describe('pages in cookieless mode', () => {
  const COOKIELESS = '$posthog_cookieless'
  const viewed = {
    event: '$pageview',
    properties: { token: 'phc_test', distinct_id: COOKIELESS, $device_id: null, $cookieless_mode: true },
  }
  const browser = (name: string) => ({ key: null, headers: { 'user-agent': name } })

  test('name everybody alike, and everybody is a visitor of that day', async () => {
    const { post, stored, advance } = await dialectCollector()
    const visit = async (name: string) => {
      expect((await post('/e/', [viewed], browser(name))).status).toBe(200)
      return (await stored()).at(-1)
    }
    const [first, again, other] = [await visit('A'), await visit('A'), await visit('B')]
    expect(first?.anonymousId).toMatch(/^day_/)
    expect(first).not.toHaveProperty('userId')
    expect(again?.anonymousId).toBe(first?.anonymousId)
    expect(other?.anonymousId).not.toBe(first?.anonymousId)
    advance(86_400_000)
    expect((await visit('A'))?.anonymousId).not.toBe(first?.anonymousId)
  })

  test('give a user the events of their own browser alone', async () => {
    const { post, get } = await dialectCollector()
    await post('/e/', [viewed], browser('A'))
    await post('/e/', [viewed], browser('B'))
    const properties = { token: 'phc_test', $anon_distinct_id: COOKIELESS, $cookieless_mode: true }
    await post('/e/', [{ event: '$identify', distinct_id: 'user_42', properties }], browser('A'))
    const { events } = await (await get('/v1/people/user_42/timeline')).json()
    expect(events).toHaveLength(2)
  })

  test('are nobody where no page can tell', () => {
    const [event] = fromPosthog({ ...viewed, uuid: 'e1' }, { receivedAt: NOW, isTrusted: true })
    expect(event).toMatchObject({ event: '$pageview' })
    expect(JSON.stringify(event)).not.toMatch(/cookieless"|userId|anonymousId/)
  })
})

test.each([
  ['distinct_id', 'a'],
  ['$group_key', '$groupidentify'],
])('a number that stands for several ids is none: %s', async (member, event) => {
  const { post, stored } = await dialectCollector()
  const send = (id: string) => {
    const properties = `{"token":"phc_test","$group_type":"team","distinct_id":"user_42","${member}":${id}}`
    return post('/e/', `{"event":"${event}","properties":${properties}}`, page)
  }
  expect((await send('9007199254740991')).status).toBe(200)
  expect((await send('9007199254740993')).status).toBe(400)
  expect(await stored()).toHaveLength(1)
})

test('no other amount stands in for one that cannot be said', async () => {
  const { post, stored } = await dialectCollector()
  const properties = { token: 'phc_test', revenue: 19.999, value: 5, currency: 'USD' }
  await post('/e/', { ...sent, properties }, page)
  await post('/e/', { ...sent, uuid: 'e2', properties: { ...properties, revenue: '' } }, page)
  const [first, second] = await stored()
  expect(first).toMatchObject({ properties: { revenue: 19.999, value: 5, currency: 'USD' } })
  expect(first).not.toHaveProperty('value')
  expect(second).toMatchObject({ value: 500, currency: 'USD' })
})

test('an event that comes again counts once', async () => {
  const { post, stored } = await dialectCollector()
  for (let count = 0; count < 3; count += 1) {
    expect(await answerOf(await post('/e/', sent, page))).toEqual([200, { status: 'Ok' }])
  }
  expect(await stored()).toHaveLength(1)
})

describe('pages of any origin', () => {
  test('may send with credentials, as beacons do', async () => {
    const { collector } = await dialectCollector()
    const headers = { origin: 'https://shop.example', 'access-control-request-headers': 'content-type' }
    for (const path of ['/e/', '/i/v0/e/', '/batch/', '/flags/', '/array/phc_test/config']) {
      const answer = await collector.fetch(new Request(`http://collector.test${path}`, { method: 'OPTIONS', headers }))
      expect([
        answer.status,
        answer.headers.get('access-control-allow-origin'),
        answer.headers.get('access-control-allow-credentials'),
        answer.headers.get('access-control-allow-headers'),
      ]).toEqual([204, 'https://shop.example', 'true', 'content-type'])
    }
  })

  test('may read the answer, and when to come again', async () => {
    const { post } = await dialectCollector()
    const answer = await post('/e/', sent, { key: null, headers: { origin: 'https://shop.example' } })
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example')
    expect(answer.headers.get('access-control-expose-headers')).toBe('retry-after')
    expect(answer.headers.get('vary')).toBe('origin')
  })
})

describe('everything besides events', () => {
  test.each([
    '/array/phc_test/config',
    '/api/surveys/?token=phc_test',
    '/api/early_access_features/?token=phc_test',
    '/api/web_experiments/?token=phc_test',
    '/api/product_tours/?token=phc_test',
    '/api/feature_flag/local_evaluation?token=phc_test',
    '/decide?v=3',
  ])('%s is answered with none', async (path) => {
    const { get } = await dialectCollector()
    const answer = await get(path, '')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
  })

  test('the script of the configuration sets it for the page', async () => {
    const { get } = await dialectCollector()
    const answer = await get('/array/phc_test/config.js', '')
    expect(answer.headers.get('content-type')).toContain('text/javascript')
    const script = await answer.text()
    const window: { _POSTHOG_REMOTE_CONFIG?: { [token: string]: { config: object } } } = {}
    new Function('window', script)(window)
    expect(window._POSTHOG_REMOTE_CONFIG?.['phc_test']?.config).toMatchObject({ token: 'phc_test', heatmaps: false })
  })

  test('nothing is said of surveys, whose code is loaded even when they are off', async () => {
    const { get } = await dialectCollector()
    expect(await (await get('/array/phc_test/config', '')).json()).not.toHaveProperty('surveys')
  })

  test('no script is made of what is no token', async () => {
    const { get } = await dialectCollector()
    const answer = await get(`/array/${encodeURIComponent(`";alert(1)//`)}/config.js`, '')
    expect(await answerOf(answer)).toMatchObject([404, { code: 'not_found' }])
  })
})
