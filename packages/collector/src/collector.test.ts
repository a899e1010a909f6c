import * as zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { batch, KEYS, NOW, testCollector } from '../test/collector-setup.ts'
import { trackEvent } from '../test/events.ts'
import { createKey } from './create-key.ts'

describe('POST /v1/batch', () => {
  test('answers for each event after it is stored', async () => {
    const { post, store } = await testCollector()
    const known = trackEvent()
    await post('/v1/batch', batch([known]))
    const fresh = trackEvent()
    const bad = { ...trackEvent(), value: 49.9, currency: 'EUR' }
    const response = await post('/v1/batch', batch([known, fresh, fresh, bad]))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      stored: 1,
      duplicates: [known.eventId, fresh.eventId],
      invalid: [{ eventId: bad.eventId, code: 'invalid_value', message: expect.stringContaining('4990') }],
    })
    expect(await store.latest('default', 10)).toHaveLength(2)
  })

  test('names the event where the id alone does not tell which is meant', async () => {
    const { post, store } = await testCollector()
    const ids = { eventId: 'order_8841', userId: 'user_42' }
    const purchase = { ...trackEvent(), ...ids, event: 'purchase' }
    const refund = { ...trackEvent(), ...ids, event: 'refunded' }
    await post('/v1/batch', batch([purchase]))
    expect(await (await post('/v1/batch', batch([purchase, refund]))).json()).toEqual({
      stored: 1,
      duplicates: ['order_8841'],
      duplicateEvents: ['purchase'],
      invalid: [],
    })
    const wrong = { ...purchase, value: 0.5, currency: 'EUR' }
    expect(await (await post('/v1/batch', batch([wrong, refund]))).json()).toMatchObject({
      duplicates: ['order_8841'],
      duplicateEvents: ['refunded'],
      invalid: [{ eventId: 'order_8841', event: 'purchase', code: 'invalid_value' }],
    })
    expect(await store.latest('default', 10)).toHaveLength(2)
  })

  test('answers concurrent requests each with its own result', async () => {
    const { post, store } = await testCollector()
    const shared = trackEvent()
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => (await post('/v1/batch', batch([trackEvent(), shared]))).json()),
    )
    expect(answers.filter(({ stored }) => stored === 2)).toHaveLength(1)
    expect(answers.filter(({ stored }) => stored === 1)).toHaveLength(19)
    expect(answers.filter(({ duplicates }) => duplicates.length === 1)).toHaveLength(19)
    expect(await store.latest('default', 100)).toHaveLength(21)
  })

  test.each([
    ['no id', { anonymousId: undefined }, 'missing_identity'],
    ['a placeholder for an id', { anonymousId: 'undefined' }, 'invalid_id'],
    ['33 KB of properties', { properties: { text: 'x'.repeat(33_000) } }, 'props_too_large'],
    ['a float amount', { value: 49.9, currency: 'EUR' }, 'invalid_value'],
    ['a reserved name', { event: '$made_up' }, 'reserved_event_name'],
    ['denied consent', { consent: { analytics: false } }, 'consent_denied'],
    ['half a surrogate pair in an id', { userId: 'user-\ud800' }, 'validation_error'],
  ])('refuses an event with %s by its code, and stores the rest', async (_, fields, code) => {
    const { post } = await testCollector()
    const bad = { ...trackEvent(), ...fields }
    const response = await post('/v1/batch', batch([trackEvent(), bad, trackEvent()]))
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ stored: 2, invalid: [{ eventId: bad.eventId, code }] })
  })

  test('refuses an event that belongs to the server from a browser key', async () => {
    const { post } = await testCollector()
    const paid = trackEvent({ event: 'checkout_finished', value: 4900, currency: 'USD' })
    const fromBrowser = await post('/v1/batch', batch([paid]), { key: KEYS.browser })
    expect(await fromBrowser.json()).toMatchObject({ stored: 0, invalid: [{ code: 'source_not_allowed' }] })
    const fromServer = await post('/v1/batch', batch([paid]))
    expect(await fromServer.json()).toMatchObject({ stored: 1, invalid: [] })
  })

  test('takes the key from the body, as text/plain, for beacons', async () => {
    const { post } = await testCollector()
    const body = JSON.stringify(batch([trackEvent()], { key: KEYS.browser }))
    const headers = { 'content-type': 'text/plain;charset=UTF-8' }
    const response = await post('/v1/batch', body, { key: null, headers })
    expect(await response.json()).toMatchObject({ stored: 1 })
  })

  test.each([
    ['gzip', zlib.gzipSync],
    ['deflate', zlib.deflateSync],
    ['br', zlib.brotliCompressSync],
  ])('takes %s', async (encoding, compress) => {
    const { post } = await testCollector()
    const body = compress(JSON.stringify(batch([trackEvent()])))
    const response = await post('/v1/batch', body, { headers: { 'content-encoding': encoding } })
    expect(await response.json()).toMatchObject({ stored: 1 })
  })

  test.skipIf('zstdDecompress' in zlib)('refuses zstd where Node has none, and names what it takes', async () => {
    const { post } = await testCollector()
    const response = await post('/v1/batch', batch([trackEvent()]), { headers: { 'content-encoding': 'zstd' } })
    expect(response.status).toBe(415)
    const { error } = await response.json()
    expect(error).toEqual({ code: 'unsupported_media_type', message: expect.stringContaining('gzip, deflate, br') })
  })

  test('corrects what was read off the sender’s clock, and nothing else, and believes no future', async () => {
    const { post, store } = await testCollector()
    const at = (ms: number) => new Date(ms).toISOString()
    const hour = 3_600_000
    const send = (eventId: string, event: object, sentAt: number) =>
      post('/v1/batch', batch([{ ...trackEvent({ eventId }), ...event }], { sentAt: at(sentAt) }))
    const late = { stamped: true, timestamp: at(NOW - hour - 5_000) }
    await send('slow-clock', late, NOW - hour)
    await send('fast-clock', { stamped: true, timestamp: at(NOW + hour - 7_000) }, NOW + hour)
    await send('given-time', { timestamp: at(NOW - hour - 5_000) }, NOW - hour)
    await send('not-stamped', { stamped: false, timestamp: at(NOW - hour - 5_000) }, NOW - hour)
    await send('kept-request', { stamped: true, timestamp: at(NOW - 900 * hour) }, NOW - 900 * hour)
    await send('future-request', { stamped: true, timestamp: at(NOW - 5_000) }, Date.UTC(9999, 11, 31))
    const device = { stamped: true, timestamp: at(5_000) }
    await post('/v1/batch', batch([{ ...trackEvent({ eventId: 'of-1970' }), ...device }], { sentAt: at(8_000) }), {
      key: KEYS.browser,
    })
    await send('future', { timestamp: at(NOW + hour) }, NOW)
    await send('history', { timestamp: at(NOW - 1_000 * hour) }, NOW - 1_000 * hour)
    const stored = await store.latest('default', 10)
    expect(Object.fromEntries(stored.map(({ eventId, ts }) => [eventId, ts - NOW]))).toEqual({
      'slow-clock': -5_000,
      'fast-clock': -7_000,
      'given-time': -hour - 5_000,
      'not-stamped': -hour - 5_000,
      'kept-request': -900 * hour,
      'future-request': -5_000,
      'of-1970': -3_000,
      future: 0,
      history: -1_000 * hour,
    })
    expect(stored.map(({ body }) => JSON.parse(body).timestamp)).toContain(late.timestamp)
  })

  test.each([
    ['no key', 401, 'unauthorized', { key: null }],
    ['an unknown key', 401, 'unauthorized', { key: 'sk_unknown_key' }],
    ['a key that is none', 401, 'unauthorized', { key: 'x' }],
    ['a reader’s key', 403, 'forbidden', { key: KEYS.reader }],
    ['an unknown content type', 415, 'unsupported_media_type', { headers: { 'content-type': 'application/xml' } }],
    ['an unknown encoding', 415, 'unsupported_media_type', { headers: { 'content-encoding': 'constructor' } }],
    ['an encoding that is not there', 400, 'invalid_json', { headers: { 'content-encoding': 'gzip' } }],
  ])('refuses %s', async (_, status, code, init) => {
    const { post, store } = await testCollector()
    const response = await post('/v1/batch', batch([trackEvent()]), init)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ error: { code, message: expect.any(String) } })
    expect(await store.latest('default', 10)).toEqual([])
  })

  test.each([
    ['malformed JSON', '{"events":[', 400, 'invalid_json'],
    ['no JSON object', '[]', 400, 'invalid_request'],
    ['no events', '{"sentAt":"2026-01-31T09:30:00.000Z"}', 400, 'invalid_request'],
    ['no sentAt', '{"events":[]}', 400, 'invalid_request'],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400, 'invalid_json'],
    ['too many events', JSON.stringify(batch(Array.from({ length: 501 }, () => ({})))), 413, 'too_many_events'],
    ['5 MB', 'x'.repeat(5_000_000), 413, 'body_too_large'],
  ])('refuses a body with %s', async (_, body, status, code) => {
    const { post } = await testCollector()
    const response = await post('/v1/batch', body)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ error: { code } })
  })

  test('refuses a small body that inflates to a large one', async () => {
    const { post } = await testCollector()
    const bomb = zlib.gzipSync(Buffer.alloc(50_000_000))
    const response = await post('/v1/batch', bomb, { headers: { 'content-encoding': 'gzip' } })
    expect(response.status).toBe(413)
  })

  test('never repeats a key', async () => {
    const { post } = await testCollector()
    const answers = await Promise.all([
      post('/v1/batch', batch([trackEvent()]), { key: 'sk_unknown_key' }),
      post('/v1/batch', batch([trackEvent()], { key: 'sk_unknown_key' }), { key: null }),
    ])
    for (const answer of answers) expect(await answer.text()).not.toContain('sk_unknown_key')
  })
})

describe('origins', () => {
  test.each([
    ['https://shop.example', 200],
    ['https://www.shop.example', 200],
    ['https://shop.example.evil', 403],
    ['https://evilshop.example', 403],
    ['http://shop.example', 403],
    ['null', 403],
  ])('a browser key with a list of origins is used from %s: %i', async (origin, status) => {
    const { post } = await testCollector()
    const response = await post('/v1/batch', batch([trackEvent()]), { key: KEYS.limited, headers: { origin } })
    expect(response.status).toBe(status)
  })

  test('a preflight is answered, and every answer can be read by the page', async () => {
    const { collector, post } = await testCollector()
    const preflight = await collector.fetch(
      new Request('http://collector.test/v1/batch', {
        method: 'OPTIONS',
        headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
      }),
    )
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization')
    for (const key of [KEYS.browser, null]) {
      const response = await post('/v1/batch', batch([trackEvent()]), { key })
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
    }
  })
})

describe('POST /v1/validate', () => {
  test('says what a batch would come to and stores nothing', async () => {
    const { post, store } = await testCollector()
    const response = await post('/v1/validate', batch([trackEvent(), { event: 'no_id' }]))
    expect(await response.json()).toMatchObject({ stored: 1, invalid: [{ eventId: '', code: 'invalid_id' }] })
    expect(await store.latest('default', 10)).toEqual([])
  })
})

describe('reads', () => {
  test('a person’s timeline goes from the first visit to the payment, by either id', async () => {
    const { post, get } = await testCollector()
    const at = (second: number) => `2026-01-31T09:00:0${second}.000Z`
    await post('/v1/batch', batch([trackEvent({ eventId: 'landing', timestamp: at(1), utm: { source: 'news' } })]), {
      key: KEYS.browser,
    })
    await post('/v1/batch', batch([trackEvent({ event: '$identify', userId: 'user-1', timestamp: at(2) })]))
    const paid = { event: 'checkout_finished', eventId: 'stripe:evt_1', value: 4900, currency: 'USD', userId: 'user-1' }
    await post('/v1/batch', batch([trackEvent({ ...paid, timestamp: at(3) })]))
    for (const id of ['user-1', 'visitor-0001']) {
      const timeline = await (await get(`/v1/people/${id}/timeline`)).json()
      expect(timeline).toMatchObject({
        person: { userId: 'user-1', anonymousIds: ['visitor-0001'] },
        events: [
          { event: { eventId: 'landing', utm: { source: 'news' } }, occurredAt: at(1), sender: 'browser' },
          { event: { event: '$identify' }, sender: 'server' },
          { event: paid, receivedAt: new Date(NOW).toISOString() },
        ],
        before: null,
      })
    }
  })

  test('a timeline is read in pages, backwards', async () => {
    const { post, get } = await testCollector()
    const events = [1, 2, 3, 4, 5].map((n) =>
      trackEvent({ eventId: `e${n}`, timestamp: `2026-01-31T09:00:0${n}.000Z` }),
    )
    await post('/v1/batch', batch(events))
    const pages: string[][] = []
    let before: string | null = ''
    while (before !== null) {
      const query: string = before === '' ? '' : `&before=${before}`
      const page = await (await get(`/v1/people/visitor-0001/timeline?limit=2${query}`)).json()
      pages.push(page.events.map(({ event }: { event: { eventId: string } }) => event.eventId))
      before = page.before
    }
    expect(pages).toEqual([['e4', 'e5'], ['e2', 'e3'], ['e1']])
  })

  test('an id with slashes, spaces and quotes is one id', async () => {
    const { post, get } = await testCollector()
    const userId = 'a/b c"?#%2F'
    await post('/v1/batch', batch([trackEvent({ userId })]))
    const response = await get(`/v1/people/${encodeURIComponent(userId)}/timeline`)
    expect(await response.json()).toMatchObject({ person: { userId } })
  })

  test('a browser’s alias takes a free id, and nothing that a known user has', async () => {
    const { post, get } = await testCollector()
    const alias = (previousId: string, fields: object = {}) =>
      trackEvent({ event: '$alias', userId: 'user-1', properties: { previousId }, ...fields })
    const visit = (anonymousId: string, fields: object = {}) =>
      trackEvent({ eventId: anonymousId, anonymousId, ...fields })
    await post('/v1/batch', batch([visit('old-visitor'), visit('their-browser'), visit('victim')]))
    await post('/v1/batch', batch([trackEvent({ anonymousId: 'their-browser', userId: 'victim' })]))
    const long = '2001-01-01T00:00:00.000Z'
    const claims = [
      alias('old-visitor'),
      alias('their-browser', { timestamp: long }),
      alias('victim', { timestamp: long }),
    ]
    expect(await (await post('/v1/batch', batch(claims), { key: KEYS.browser })).json()).toMatchObject({ stored: 3 })
    const { person } = await (await get('/v1/people/user-1/timeline')).json()
    expect(person.anonymousIds.sort()).toEqual(['old-visitor', 'visitor-0001'])
    const victim = await (await get('/v1/people/their-browser/timeline')).json()
    expect(victim).toMatchObject({ person: { userId: 'victim' }, events: [{}, {}] })
  })

  test.each([
    ['$alias', 'previousId', undefined],
    ['$alias', 'previousId', 'null'],
    ['$group', 'groupId', 7],
    ['$group', 'groupId', '\ud800'],
  ])('%s whose %s is %j is refused', async (event, property, id) => {
    const { post } = await testCollector()
    const answer = await (
      await post('/v1/batch', batch([trackEvent({ event, properties: { [property]: id } })]))
    ).json()
    expect(answer).toMatchObject({ stored: 0, invalid: [{ message: expect.any(String) }] })
  })

  test('a person tells how they came, who they are and what they belong to', async () => {
    const { post, get } = await testCollector()
    const timestamp = '2026-01-31T09:20:00.000Z'
    const url = 'https://shop.example/landing?utm_source=news'
    await post(
      '/v1/batch',
      batch([
        trackEvent({ timestamp, sessionId: 'session-1', url, path: '/landing', utm: { source: 'news' } }),
        trackEvent({ event: '$identify', userId: 'user-1', traits: { plan: 'pro' }, email: 'ada@example.com' }),
        trackEvent({ event: '$group', userId: 'user-1', properties: { groupId: 'acme' } }),
      ]),
    )
    const touch = {
      at: timestamp,
      utm: { source: 'news' },
      clickIds: null,
      referrer: null,
      path: '/landing',
      channel: 'unassigned',
    }
    const later = '2026-01-31T09:30:00.000Z'
    expect(await (await get('/v1/people/visitor-0001')).json()).toEqual({
      person: { userId: 'user-1', anonymousIds: ['visitor-0001'] },
      firstSeen: timestamp,
      lastSeen: later,
      events: 3,
      stage: 'consideration',
      email: 'ada@example.com',
      traits: { plan: 'pro' },
      traitsPartial: false,
      links: [{ anonymousId: 'visitor-0001', firstSeen: later, linkedBy: '$identify', address: null }],
      groups: [{ groupId: 'acme', traits: {}, traitsPartial: false, firstSeen: later }],
      moreGroups: 0,
      firstTouch: touch,
      lastTouch: touch,
    })
    expect(await (await get('/v1/people/user-1/timeline')).json()).toMatchObject({
      sessions: [{ id: 'session-1', start: timestamp, end: timestamp, events: 1, entryPath: '/landing' }],
    })
    expect((await get('/v1/people/nobody')).status).toBe(404)
  })

  test('a group tells its traits and its people', async () => {
    const { post, get } = await testCollector()
    const properties = { groupId: 'acme / co', traits: { plan: 'pro' } }
    await post('/v1/batch', batch([trackEvent({ event: '$group', userId: 'user-1', properties })]))
    const response = await get(`/v1/groups/${encodeURIComponent('acme / co')}`)
    expect(await response.json()).toEqual({
      groupId: 'acme / co',
      traits: { plan: 'pro' },
      traitsPartial: false,
      more: false,
      firstSeen: '2026-01-31T09:30:00.000Z',
      people: [expect.objectContaining({ id: 'user-1', firstSeen: '2026-01-31T09:30:00.000Z' })],
    })
    expect((await get('/v1/groups/nobody')).status).toBe(404)
    expect((await get('/v1/groups/acme%20%2F%20co', KEYS.other)).status).toBe(404)
  })

  test('the latest events come newest first', async () => {
    const { post, get } = await testCollector()
    for (const eventId of ['first', 'second', 'third']) await post('/v1/batch', batch([trackEvent({ eventId })]))
    const { events } = await (await get('/v1/events?limit=2')).json()
    expect(events).toMatchObject([{ event: { eventId: 'third' } }, { event: { eventId: 'second' } }])
  })

  test.each([
    ['/v1/events', '', 401],
    ['/v1/events', KEYS.browser, 403],
    ['/v1/live', KEYS.browser, 403],
    ['/v1/people/x/timeline', KEYS.browser, 403],
    ['/v1/groups/x', KEYS.browser, 403],
    ['/v1/people/x', KEYS.browser, 403],
    ['/v1/people/x/timeline', KEYS.reader, 404],
    ['/v1/people/x/timeline?before=x', KEYS.reader, 404],
    ['/v1/events?limit=0', KEYS.reader, 400],
    ['/v1/events?limit=x', KEYS.reader, 400],
    ['/v1/nothing', KEYS.reader, 404],
  ])('%s with %j answers %i', async (path, key, status) => {
    const { get } = await testCollector()
    const response = await get(path, key)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ error: { code: expect.any(String) } })
  })

  test('a key reads its own project only', async () => {
    const { post, get } = await testCollector()
    await post('/v1/batch', batch([trackEvent()]))
    expect(await (await get('/v1/events', KEYS.other)).json()).toEqual({ events: [], before: null })
    expect((await get('/v1/people/visitor-0001/timeline', KEYS.other)).status).toBe(404)
  })
})

describe('GET /v1/live', () => {
  test('shows what is stored, then what arrives, and goes on where it was cut off', async () => {
    const { post, collector } = await testCollector()
    await post('/v1/batch', batch([trackEvent({ eventId: 'before' })]))
    const first = await liveStream(collector.fetch, {})
    expect((await first.next()).eventId).toBe('before')
    await post('/v1/batch', batch([trackEvent({ eventId: 'arriving' })]))
    const arriving = await first.next()
    expect(arriving.eventId).toBe('arriving')
    await first.leave()
    await post('/v1/batch', batch([trackEvent({ eventId: 'missed' })]))
    const second = await liveStream(collector.fetch, { 'last-event-id': arriving.id })
    expect((await second.next()).eventId).toBe('missed')
    await second.leave()
  })

  test('says something every 15 seconds while nothing is stored, and goes on from its last event all the same', async () => {
    let ms = NOW
    const { post, collector } = await testCollector({ now: () => ms })
    await post('/v1/batch', batch([trackEvent({ eventId: 'last' })]))
    const first = await liveStream(collector.fetch, {})
    const { id } = await first.next()
    for (let beat = 0; beat < 2; beat += 1) {
      ms += 15_000
      expect(await first.block()).toBe(':')
    }
    ms += 14_999
    await post('/v1/batch', batch([trackEvent({ eventId: 'arriving' })]))
    expect(await first.block()).toContain('"eventId":"arriving"')
    await first.leave()
    const second = await liveStream(collector.fetch, { 'last-event-id': id })
    expect((await second.next()).eventId).toBe('arriving')
    await second.leave()
  })

  test('ends when the collector closes', async () => {
    const { collector } = await testCollector()
    const stream = await liveStream(collector.fetch, {})
    await collector.close()
    await expect(stream.ended()).resolves.toBeUndefined()
  })
})

describe('reports', () => {
  test('tell people, events, revenue, stages, the funnel and what was refused or lost', async () => {
    const { post, get } = await testCollector()
    const events = [
      trackEvent({ utm: { source: 'news' } }),
      trackEvent({ event: 'purchase', userId: 'user-1', value: 4900, currency: 'USD' }),
      { ...trackEvent(), userId: 'null' },
    ]
    await post('/v1/batch', batch(events, { dropped: { overflow: 3, 'not a reason': 1 } }))
    await post('/v1/batch', batch(events.slice(0, 1)))
    const theirs = [trackEvent({ event: 'invoice_paid', value: 100, currency: 'USD' })]
    await post('/v1/batch', batch(theirs), { key: KEYS.browser })
    const read = async (path: string) => (await get(path)).json()
    expect(await read('/v1/people?search=USER')).toMatchObject({ people: [{ id: 'user-1', stage: 'customer' }] })
    const days = { from: '2026-01-02', to: '2026-01-31' }
    expect(await read('/v1/reports/events')).toEqual({
      ...days,
      counts: [
        { day: '2026-01-31', event: '$pageview', count: 1 },
        { day: '2026-01-31', event: 'purchase', count: 1 },
      ],
      more: false,
    })
    expect(await read('/v1/reports/events?from=2026-02-01&to=2026-02-02')).toEqual({
      from: '2026-02-01',
      to: '2026-02-02',
      counts: [],
      more: false,
    })
    expect(await read('/v1/reports/revenue')).toMatchObject({
      revenue: [{ day: '2026-01-31', currency: 'USD', source: 'news', amount: 4900 }],
    })
    expect(await read('/v1/reports/funnel?steps=$pageview,purchase&windowHours=24')).toEqual({
      ...days,
      windowHours: 24,
      steps: [
        { event: '$pageview', people: 1 },
        { event: 'purchase', people: 1 },
      ],
    })
    expect((await read('/v1/reports/stages')).stages).toContainEqual({ stage: 'customer', people: 1 })
    expect((await read('/v1/reports/health')).counts).toEqual([
      { day: '2026-01-31', kind: 'duplicate', name: '$pageview', count: 1 },
      { day: '2026-01-31', kind: 'invalid', name: 'invalid_id', count: 1 },
      { day: '2026-01-31', kind: 'invalid', name: 'source_not_allowed', count: 1 },
      { day: '2026-01-31', kind: 'lost', name: 'other', count: 1 },
      { day: '2026-01-31', kind: 'lost', name: 'overflow', count: 3 },
      { day: '2026-01-31', kind: 'misplaced', name: 'invoice_paid', count: 1 },
    ])
  })

  test.each([
    '/v1/reports/funnel',
    '/v1/reports/funnel?steps=one',
    '/v1/reports/funnel?steps=one,one',
    '/v1/reports/events?from=yesterday',
    '/v1/people?limit=501',
  ])('%s is refused', async (path) => {
    const { get } = await testCollector()
    expect((await get(path)).status).toBe(400)
  })

  test('only a server’s key erases a person, and the answer proves what went', async () => {
    const { post, get } = await testCollector()
    await post('/v1/batch', batch([trackEvent(), trackEvent({ userId: 'user-1' })]))
    const path = '/v1/people/visitor-0001/forget'
    expect((await post(path, {}, { key: KEYS.reader })).status).toBe(403)
    expect((await post(path, {}, { key: KEYS.browser })).status).toBe(403)
    expect(await (await post(path, {})).json()).toEqual({
      person: { userId: 'user-1', anonymousIds: ['visitor-0001'] },
      removed: { events: 2, links: 1 },
    })
    expect((await get('/v1/people/user-1/timeline')).status).toBe(404)
    expect((await post(path, {})).status).toBe(404)
  })
})

describe('GET /metrics', () => {
  test('counts requests and events, for whoever may read, and names nobody', async () => {
    const { post, get } = await testCollector()
    const event = trackEvent({ userId: 'user-1' })
    await post('/v1/batch', batch([event, event, trackEvent()]))
    await post('/v1/batch', '{')
    expect((await get('/metrics', '')).status).toBe(401)
    const text = await (await get('/metrics')).text()
    expect(text).toContain('threadline_events_total{outcome="stored"} 2')
    expect(text).toContain('threadline_events_total{outcome="duplicate"} 1')
    expect(text).toContain('threadline_requests_total{method="POST",status="400"} 1')
    expect(text).toContain('threadline_commit_seconds_count 1')
    expect(text).toContain('nodejs_eventloop_lag_seconds')
    expect(text).not.toMatch(/user-1|visitor-0001|sk_test/)
  })
})

test('white space around configured keys and credentials is no part of them', async () => {
  const keys = [{ key: ` ${KEYS.server}\n` }]
  const { post } = await testCollector({
    keys,
    dialects: { servoki: [{ apiKey: 'servoki_test\n', site: 'a.example' }] },
  })
  expect((await post('/v1/batch', batch([trackEvent()]), { key: KEYS.server })).status).toBe(200)
  const sent = { site: 'a.example', event_type: 'a' }
  expect((await post('/api/events/server', sent, { key: 'servoki_test' })).status).toBe(202)
  const twice = testCollector({ keys: [{ key: KEYS.server }, { key: `${KEYS.server}\n` }] })
  await expect(twice).rejects.toThrow('the same key is given twice')
})

describe('keys in the store', () => {
  test('open and end access while the collector runs, and are kept by their hash only', async () => {
    let ms = NOW
    const { post, store } = await testCollector({ keys: [], now: () => ms })
    const send = async (key: string) => (await post('/v1/batch', batch([trackEvent()]), { key })).status
    expect(await send(KEYS.server)).toBe(401)
    const { id, key } = await createKey(store, { kind: 'sk', name: 'shop' })
    ms += 5_000
    expect(await send(key)).toBe(200)
    expect(JSON.stringify(await store.keys())).not.toContain(key.slice(3))
    expect(await store.revokeKey(id, ms)).toBe(true)
    expect(await store.revokeKey(id, ms)).toBe(false)
    ms += 5_000
    expect(await send(key)).toBe(401)
    expect(await store.keys()).toMatchObject([{ id, name: 'shop', revokedAt: expect.any(Number) }])
  })
})

describe('rate limits', () => {
  test('are for each key, and tell when to come back', async () => {
    let ms = NOW
    const { post } = await testCollector({ now: () => ms, rateLimits: { pk: { burst: 2, perSecond: 0.5 } } })
    const send = (key: string) => post('/v1/batch', batch([trackEvent()]), { key })
    for (const status of [200, 200, 429]) expect((await send(KEYS.browser)).status).toBe(status)
    expect((await send(KEYS.server)).status).toBe(200)
    const refused = await send(KEYS.browser)
    expect(refused.headers.get('retry-after')).toBe('2')
    expect(await refused.json()).toMatchObject({ error: { code: 'rate_limited' } })
    ms += 2_000
    expect((await send(KEYS.browser)).status).toBe(200)
  })
})

describe('closing', () => {
  test('stores and answers what is under way, then asks to come back', async () => {
    const { post, collector, store } = await testCollector()
    const underWay = post('/v1/batch', batch([trackEvent()]))
    await collector.close()
    expect(await (await underWay).json()).toMatchObject({ stored: 1 })
    expect(await store.latest('default', 10)).toHaveLength(1)
    const late = await post('/v1/batch', batch([trackEvent()]))
    expect(late.status).toBe(503)
    expect(late.headers.get('retry-after')).toBe('2')
  })
})

describe('a store that fails', () => {
  test('is a 503 to try again, never a 200', async () => {
    const lines: object[] = []
    const { post, get, store } = await testCollector({ log: (line) => lines.push(line) })
    expect((await get('/readyz')).status).toBe(200)
    await store.close()
    const response = await post('/v1/batch', batch([trackEvent()]))
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).not.toBeNull()
    expect((await get('/readyz')).status).toBe(503)
    expect((await get('/healthz')).status).toBe(200)
    expect(lines).toMatchObject([{ level: 'error', name: 'StoreError' }])
  })
})

/** Reads a stream of server-sent events one by one. */
async function liveStream(fetch: (request: Request) => Promise<Response>, headers: { [name: string]: string }) {
  const response = await fetch(
    new Request('http://collector.test/v1/live', { headers: { authorization: `Bearer ${KEYS.reader}`, ...headers } }),
  )
  if (!response.body) throw new Error('no stream')
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''

  /** The next message or comment, whole. */
  async function block(): Promise<string | undefined> {
    while (!text.includes('\n\n')) {
      const { value, done } = await reader.read()
      if (done) return undefined
      text += value
    }
    const end = text.indexOf('\n\n')
    const result = text.slice(0, end)
    text = text.slice(end + 2)
    return result
  }

  return {
    block,
    async next(): Promise<{ id: string; eventId: string }> {
      for (;;) {
        const lines = (await block())?.split('\n')
        if (!lines) throw new Error('the stream ended')
        const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? ''
        if (field('event') === 'event') return { id: field('id'), eventId: JSON.parse(field('data')).event.eventId }
      }
    },
    async ended(): Promise<void> {
      while ((await block()) !== undefined);
    },
    leave: () => reader.cancel(),
  }
}
