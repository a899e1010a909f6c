import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { KEYS, NOW, type PostInit, testCollector } from '../../../test/collector-setup.ts'
import { answerOf, type DialectCollector, dialectCollector, VISITOR } from '../../../test/dialect-setup.ts'
import { createCollector } from '../../collector.ts'
import { StoreError } from '../../store/store-error.ts'

/** How every client but a page's beacon sends its write key. */
function basic(writeKey: string, headers: PostInit['headers'] = {}): PostInit {
  return { key: null, headers: { authorization: `Basic ${btoa(`${writeKey}:`)}`, ...headers } }
}

const call = { event: 'a', anonymousId: VISITOR, messageId: 'm-1', timestamp: '2026-01-31T09:29:00.000Z' }
const track = (parts: object = {}) => ({ type: 'track', ...call, ...parts })
const success = [200, { success: true }]

describe('messages', () => {
  test('that say the same without an id are two events', async () => {
    const { post, stored } = await dialectCollector()
    const sent = { event: 'a', userId: 'user_42' }
    await post(
      '/v1/batch',
      {
        batch: [
          { type: 'track', ...sent },
          { type: 'track', ...sent },
        ],
      },
      basic(KEYS.server),
    )
    expect(await stored()).toHaveLength(2)
  })
})

describe('ids that are numbers', () => {
  test.each([
    ['track', 'userId'],
    ['group', 'groupId'],
    ['alias', 'previousId'],
  ])('of a %s are refused as %s where they stand for several', async (type, member) => {
    const { post, stored } = await dialectCollector()
    const send = (id: string) =>
      post(
        '/v1/b',
        `{"batch":[{"type":"${type}","event":"a","userId":"user_42","${member}":${id}}]}`,
        basic(KEYS.server),
      )
    expect((await send('9007199254740991')).status).toBe(200)
    expect((await send('9007199254740993')).status).toBe(400)
    expect(await stored()).toHaveLength(1)
  })

  test('beside a visitor are a property then', async () => {
    const { post, stored } = await dialectCollector()
    await post('/v1/t', `{"event":"a","anonymousId":"${VISITOR}","userId":9007199254740994}`, basic(KEYS.server))
    const [event] = await stored()
    expect(event).toMatchObject({ anonymousId: VISITOR, properties: { userId: 9_007_199_254_740_994 } })
    expect(event).not.toHaveProperty('userId')
  })
})

test.each(['2026-01-31T09:29:00.500', '2026-01-31 09:29:00.500'])(
  'a time without a zone is UTC: %s',
  async (timestamp) => {
    vi.stubEnv('TZ', 'America/New_York')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(new Date(NOW).getTimezoneOffset()).toBe(300)
    const { post, stored } = await dialectCollector()
    await post('/v1/t', { ...call, timestamp }, basic(KEYS.server))
    expect(await stored()).toMatchObject([{ timestamp: '2026-01-31T09:29:00.500Z' }])
  },
)

test('RudderStack’s word for a page that nobody linked to is no referrer', async () => {
  const { post, stored } = await dialectCollector()
  const context = { page: { url: 'https://shop.example/', referrer: '$direct' } }
  await post('/v1/page', { anonymousId: VISITOR, context, properties: { referrer: '$direct' } }, basic(KEYS.browser))
  const [event] = await stored()
  expect(event).toMatchObject({ event: '$pageview', url: 'https://shop.example/' })
  expect(JSON.stringify(event)).not.toContain('$direct')
})

describe('the paths', () => {
  test.each([
    ['/v1/track', '/v1/t', 'a'],
    ['/v1/identify', '/v1/i', '$identify'],
    ['/v1/page', '/v1/p', '$pageview'],
    ['/v1/screen', '/v1/s', 'screen_viewed'],
    ['/v1/group', '/v1/g', '$group'],
    ['/v1/alias', '/v1/a', '$alias'],
  ])('%s, %s and Jitsu’s paths take a message of their kind, whatever it calls itself', async (path, short, event) => {
    const { post, stored } = await dialectCollector()
    const sent = { ...call, type: 'video', userId: 'user_42', groupId: 'g-1', previousId: 'old-visitor' }
    expect(await answerOf(await post(path, sent, basic(KEYS.server)))).toEqual(success)
    expect(await answerOf(await post(short, { ...sent, messageId: 'm-2' }, basic(KEYS.server)))).toEqual(success)
    const ofJitsu = { key: null, headers: { 'x-write-key': `${KEYS.server}:secret` } }
    for (const at of ['/api/s', '/api/s/s2s']) {
      const answer = await post(`${at}/${path.slice('/v1/'.length)}`, { ...sent, messageId: at }, ofJitsu)
      expect(await answerOf(answer)).toEqual(success)
    }
    expect((await stored()).map((each) => each.event)).toEqual([event, event, event, event])
  })

  test.each(['/v1/batch', '/v1/b', '/v1/import', '/beacon/v1/batch'])('%s takes many', async (path) => {
    const { post, stored } = await dialectCollector()
    const batch = [track(), track({ messageId: 'm-2', type: 'page' })]
    expect(await answerOf(await post(path, { batch }, basic(KEYS.browser)))).toEqual(success)
    expect((await stored()).map(({ event }) => event)).toEqual(['a', '$pageview'])
  })

  test('/v1/m takes what a client counts of itself, and keeps nothing', async () => {
    const { post, stored } = await dialectCollector()
    const series = [{ type: 'Counter', metric: 'analytics_js.invoke', value: 1, tags: {} }]
    expect(await answerOf(await post('/v1/m', { series }, { key: null }))).toEqual(success)
    expect(await stored()).toEqual([])
  })

  test('what other clients send to the same paths stays theirs', async () => {
    const { post, stored } = await dialectCollector()
    const ofMillimetric = await post('/v1/track', { event: 'b', event_id: 'evt_1', anonymous_id: VISITOR })
    expect(await answerOf(ofMillimetric)).toEqual([202, { ok: true, event_id: 'evt_1' }])
    const link = { anonymous_id: VISITOR, user_id: 'user_42' }
    expect(await answerOf(await post('/v1/identify', link))).toEqual([200, { ok: true }])
    expect((await stored()).map(({ event }) => event)).toEqual(['b', '$identify'])
  })
})

describe('the write key', () => {
  const ways: readonly (readonly [how: string, send: (test: DialectCollector, key: string) => Promise<Response>])[] = [
    ['as user name', ({ post }, key) => post('/v1/track', call, basic(key))],
    ['in the body', ({ post }, key) => post('/v1/track', { ...call, writeKey: key }, { key: null })],
    ['in a batch', ({ post }, key) => post('/v1/batch', { writeKey: key, batch: [track()] }, { key: null })],
    ['in its first message', ({ post }, key) => post('/v1/b', { batch: [track({ writeKey: key })] }, { key: null })],
    [
      'in the address',
      ({ post }, key) => post(`/beacon/v1/batch?writeKey=${key}`, { batch: [track()] }, { key: null }),
    ],
  ]

  test.each(ways)('%s', async (_, send) => {
    const { stored, ...test } = await dialectCollector()
    expect(await answerOf(await send({ stored, ...test }, KEYS.browser))).toEqual(success)
    expect(await stored()).toHaveLength(1)
    const refused = await send({ stored, ...test }, 'pk_test_unknown')
    expect(await answerOf(refused)).toEqual([
      401,
      { success: false, error: 'unauthorized', message: 'the write key is unknown or revoked' },
    ])
  })

  test('is needed, and a reader’s is none', async () => {
    const { post } = await dialectCollector()
    expect((await post('/v1/page', call, { key: null })).status).toBe(401)
    expect((await post('/v1/batch', { batch: [track()] }, { key: null })).status).toBe(401)
    expect(await answerOf(await post('/v1/page', call, basic(KEYS.reader)))).toMatchObject([
      403,
      { error: 'forbidden' },
    ])
  })

  test('of a page works from its origins; a server’s never works in a page', async () => {
    const { post } = await dialectCollector()
    const from = (key: string, origin: string) => post('/v1/t', call, basic(key, { origin }))
    expect((await from(KEYS.limited, 'https://shop.example')).status).toBe(200)
    expect((await from(KEYS.limited, 'https://evil.example')).status).toBe(403)
    const leaked = await from(KEYS.server, 'https://shop.example')
    expect(await answerOf(leaked)).toMatchObject([403, { message: expect.stringContaining('Revoke') }])
  })

  test('may be one that the clients had before, with the rights that it is given', async () => {
    const { post, get } = await testCollectorWith([
      { writeKey: 'wk-page', project: 'shop', origins: ['https://shop.example'] },
      { writeKey: 'wk-server', kind: 'sk', project: 'shop' },
    ])
    const origin = 'https://shop.example'
    expect((await post('/v1/t', { ...call, event: 'purchase' }, basic('wk-page', { origin }))).status).toBe(400)
    expect((await post('/v1/t', call, basic('wk-page', { origin }))).status).toBe(200)
    expect((await post('/v1/t', call, basic('wk-page', { origin: 'https://evil.example' }))).status).toBe(403)
    expect((await post('/v1/t', { ...call, event: 'purchase' }, basic('wk-server'))).status).toBe(200)
    const { events } = await (await get('/v1/events', 'rk_test_shop')).json()
    expect(events).toHaveLength(2)
  })

  test.each([
    ['a blank one', [{ writeKey: ' ' }]],
    ['a project that is none', [{ writeKey: 'hunter2', project: 'a b' }]],
  ])('%s is a mistake that is told at start, without the key', async (_, segment) => {
    const failure = await testCollector({ dialects: { segment } }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(TypeError)
    expect(String(failure)).not.toContain('hunter2')
  })
})

function testCollectorWith(segment: readonly object[] & { readonly length: number }) {
  return testCollector({
    dialects: { segment: segment.map((key) => ({ writeKey: '', ...key })) },
    keys: [{ key: 'rk_test_shop', project: 'shop' }],
  })
}

describe('bodies', () => {
  test('are gzip, text, or what axios calls a form', async () => {
    const { post, stored } = await dialectCollector()
    const body = (id: string) => JSON.stringify({ batch: [track({ messageId: id })], sentAt: call.timestamp })
    const types = ['application/json', 'text/plain', 'text/plain;charset=UTF-8', 'application/x-www-form-urlencoded']
    for (const type of types) {
      const headers = { 'content-type': type }
      expect(await answerOf(await post('/v1/batch', body(type), basic(KEYS.server, headers)))).toEqual(success)
      const zipped = { ...headers, 'content-encoding': 'gzip' }
      const sent = gzipSync(body(`${type} gzip`))
      expect(await answerOf(await post('/v1/batch', sent, basic(KEYS.server, zipped)))).toEqual(success)
    }
    expect(await stored()).toHaveLength(2 * types.length)
  })

  test.each([
    ['no JSON', '{'],
    ['no batch', { sentAt: call.timestamp }],
    ['an empty batch', { batch: [] }],
    ['a batch that is none', { batch: 'x' }],
    ['2501 messages', { batch: Array.from({ length: 2_501 }, () => null) }],
    ['too many bytes', { batch: [track({ properties: { blob: 'x'.repeat(1_000_000) } })] }],
    ['too deep a nest', `{"batch":[{"type":"track","properties":${'{"a":'.repeat(500)}1${'}'.repeat(501)}]}`],
    ['messages that are none', { batch: [null, 5, 'x', []] }],
    ['a name that is none', { batch: [track({ event: { a: 1 } })] }],
    ['nobody', { batch: [track({ anonymousId: undefined })] }],
    ['nobody by name', { batch: [track({ anonymousId: 'guest' })] }],
    ['NUL in an id', { batch: [track({ anonymousId: 'visitor\0 1' })] }],
    ['NUL in the message’s id', { batch: [track({ messageId: 'm\0' })] }],
    ['half a character in a name', { batch: [track({ event: 'a\ud800' })] }],
    ['a name of ours that no sender has', { batch: [track({ event: '$made_up' })] }],
    ['a prototype', '{"batch":[{"type":"track","event":"a","userId":"user_42","properties":{"__proto__":{"a":1}}}]}'],
    ['a kind of its own', { batch: [{ ...call, type: 'video', event: undefined }] }],
    ['a group without an id', { batch: [track({ type: 'group' })] }],
    ['an alias without an earlier id', { batch: [track({ type: 'alias', userId: 'user_42' })] }],
  ])('with %s are dropped: 400', async (_, body) => {
    const { post, stored } = await dialectCollector()
    const response = await post('/v1/batch', body, basic(KEYS.server))
    expect(await answerOf(response)).toMatchObject([400, { success: false, error: expect.any(String) }])
    expect(await stored()).toEqual([])
  })

  test('NUL in what is no id is kept', async () => {
    const { post, stored } = await dialectCollector()
    await post(
      '/v1/batch',
      { batch: [track({ properties: { note: 'a\0b' }, context: { page: { title: '\0' } } })] },
      basic(KEYS.server),
    )
    expect(await stored()).toMatchObject([{ title: '\0', properties: { note: 'a\0b' } }])
  })
})

describe('answers', () => {
  test('what comes again counts once, and is not sent a third time', async () => {
    const { post, stored } = await dialectCollector()
    const sent = { batch: [track(), track({ messageId: 'm-2' })] }
    expect(await answerOf(await post('/v1/batch', sent, basic(KEYS.server)))).toEqual(success)
    expect(await answerOf(await post('/v1/batch', sent, basic(KEYS.server)))).toEqual(success)
    expect(await answerOf(await post('/v1/t', call, basic(KEYS.browser)))).toEqual(success)
    expect(await stored()).toHaveLength(2)
  })

  test('of a batch with a message that cannot be stored, the others are', async () => {
    const { post, stored } = await dialectCollector()
    const batch = [track(), track({ messageId: 'm-2', event: 'purchase' }), track({ messageId: 'm-3' })]
    expect(await answerOf(await post('/v1/batch', { batch }, basic(KEYS.browser)))).toEqual([
      400,
      {
        success: false,
        error: 'invalid_request',
        message: expect.stringMatching(/^1 of 3 messages refused: purchase belongs to the server/),
        invalid: [{ messageId: 'm-2', code: 'source_not_allowed', message: expect.any(String) }],
      },
    ])
    expect((await stored()).map(({ eventId }) => eventId)).toEqual(['m-1', 'm-3'])
  })

  test('a clock that is off is corrected by when the request says it was sent', async () => {
    const { post, get } = await dialectCollector()
    const hour = 3_600_000
    const at = (ms: number) => new Date(ms).toISOString()
    const sentAt = at(NOW - 2 * hour)
    const early = track({ timestamp: at(NOW - 2 * hour - 60_000) })
    await post('/v1/batch', { sentAt, batch: [early] }, basic(KEYS.server))
    await post('/v1/t', { ...early, messageId: 'm-2', sentAt }, basic(KEYS.browser))
    const history = track({ messageId: 'm-3', timestamp: at(NOW - 2 * hour) })
    await post('/v1/batch', { batch: [history] }, basic(KEYS.server))
    const { events } = await (await get(`/v1/people/${VISITOR}/timeline`)).json()
    const times = events.map(({ event, occurredAt }: { event: { eventId: string }; occurredAt: string }) => [
      event.eventId,
      occurredAt,
    ])
    expect(new Map(times)).toEqual(
      new Map([
        ['m-1', at(NOW - 60_000)],
        ['m-2', at(NOW - 60_000)],
        ['m-3', at(NOW - 2 * hour)],
      ]),
    )
  })

  test('a store that is away, and a key that asks too often, are for later', async () => {
    const { store } = await testCollector()
    const collector = createCollector({
      store: { ...store, append: () => Promise.reject(new StoreError('unreachable', 'connection refused')) },
      keys: [{ key: KEYS.server }, { key: KEYS.browser }],
      rateLimits: { pk: { burst: 1, perSecond: 0.1 } },
      now: () => NOW,
    })
    const send = (key: string) =>
      collector.fetch(
        new Request('http://collector.test/v1/t', {
          method: 'POST',
          headers: { ...basic(key).headers },
          body: JSON.stringify(call),
        }),
      )
    const away = await send(KEYS.server)
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await away.json()).toMatchObject({ success: false, error: 'unavailable' })
    await send(KEYS.browser)
    const often = await send(KEYS.browser)
    expect([often.status, often.headers.get('retry-after')]).toEqual([429, '10'])
    await collector.close()
  })
})

describe('what browser clients ask before they send', () => {
  const ask = ({ collector }: DialectCollector, path: string, headers: PostInit['headers'] = {}) =>
    collector.fetch(
      new Request(`http://collector.test:8080${path}`, { headers: { origin: 'https://shop.example', ...headers } }),
    )

  test('analytics.js: nothing to load, and the address that it asked at', async () => {
    const test = await dialectCollector()
    const response = await ask(test, `/v1/projects/${KEYS.limited}/settings`)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(await response.json()).toMatchObject({
      integrations: {
        'Segment.io': { apiKey: KEYS.limited, apiHost: 'collector.test:8080/v1', protocol: 'https' },
      },
      metrics: { sampleRate: 0 },
      remotePlugins: [],
    })
  })

  test('RudderStack: a source without destinations', async () => {
    const test = await dialectCollector()
    for (const path of [`/sourceConfig?writeKey=${KEYS.browser}`, `/sourceConfig/?writeKey=${KEYS.browser}`]) {
      const response = await ask(test, path)
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      expect(await response.json()).toMatchObject({
        source: { id: expect.any(String), enabled: true, config: {}, destinations: [] },
      })
    }
    expect((await ask(test, '/sourceConfig/', basic(KEYS.browser).headers)).status).toBe(200)
  })

  test('a key that pages may not use gets neither', async () => {
    const test = await dialectCollector()
    for (const [key, status] of [
      ['pk_test_unknown', 401],
      [KEYS.server, 403],
      [KEYS.reader, 403],
      ['%E0%A4%A', 401],
    ] as const) {
      expect((await ask(test, `/v1/projects/${key}/settings`)).status, key).toBe(status)
      expect((await ask(test, `/sourceConfig/?writeKey=${key}`)).status, key).toBe(status)
    }
    expect((await ask(test, '/sourceConfig/')).status).toBe(401)
  })

  test('may send the headers that they have of their own', async () => {
    const { collector } = await dialectCollector()
    const asked = 'anonymousid,authorization,content-type,x-retry-count'
    for (const path of ['/v1/t', '/v1/batch', '/v1/track', '/sourceConfig/']) {
      const response = await collector.fetch(
        new Request(`http://collector.test${path}`, {
          method: 'OPTIONS',
          headers: { origin: 'https://shop.example', 'access-control-request-headers': asked },
        }),
      )
      expect([response.status, response.headers.get('access-control-allow-headers')], path).toEqual([204, asked])
    }
  })
})
