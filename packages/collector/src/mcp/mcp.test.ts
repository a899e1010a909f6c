import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { describe, expect, onTestFinished, test } from 'vitest'
import { KEYS, NOW, testCollector } from '../../test/collector-setup.ts'
import { trackEvent } from '../../test/events.ts'
import { OPERATIONS } from '../openapi/operations.ts'
import { READ_TOOLS } from './read-tools.ts'

/** A collector with a few events, and the SDK's own client of it, which holds `key`. */
async function connected(key: string) {
  const tested = await testCollector()
  const stored = await tested.post('/v1/batch', {
    sentAt: new Date(NOW).toISOString(),
    events: [
      trackEvent({
        anonymousId: 'visitor-0001',
        path: '/pricing',
        utm: { source: 'news' },
        url: 'https://shop.example/pricing?utm_source=news',
      }),
      trackEvent({ event: 'plan_viewed', anonymousId: 'visitor-0001', userId: 'user-1', properties: { plan: 'pro' } }),
      trackEvent({ event: 'purchase', userId: 'user-1', value: 4_990, currency: 'EUR', email: 'sam@example.com' }),
    ],
  })
  expect(await stored.json()).toMatchObject({ stored: 3 })
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(
    new StreamableHTTPClientTransport(new URL('http://collector.test/mcp'), {
      requestInit: { headers: { authorization: `Bearer ${key}` } },
      fetch: (url, init) => tested.collector.fetch(new Request(url, init)),
    }),
  )
  onTestFinished(() => client.close())
  const call = (name: string, args: { readonly [name: string]: unknown } = {}) =>
    client.callTool({ name, arguments: args })
  return { ...tested, client, call }
}

describe('tools by HTTP', { timeout: 60_000 }, () => {
  test('tell of events, reports and people what the API tells', async () => {
    const { client, call, get } = await connected(KEYS.reader)
    expect(client.getServerVersion()).toMatchObject({ name: 'threadline' })
    expect(client.getServerCapabilities()).toEqual({ tools: {} })
    expect(client.getInstructions()).toContain('minor units')
    const answers: readonly (readonly [string, { readonly [name: string]: unknown }, string])[] = [
      ['catalogue', { from: '2026-01-01', limit: 5 }, '/v1/catalogue?from=2026-01-01&limit=5'],
      ['overview', { compare: true, goal: 'purchase' }, '/v1/reports/overview?compare=true&goal=purchase'],
      [
        'series',
        { interval: 'week', timeZone: 'Europe/Vienna' },
        '/v1/reports/series?interval=week&timeZone=Europe/Vienna',
      ],
      [
        'breakdown',
        { dimension: 'source', filter: ['source:news', 'source:'], limit: 3 },
        '/v1/reports/breakdown?dimension=source&filter=source:news&filter=source:&limit=3',
      ],
      ['online', {}, '/v1/reports/online'],
      [
        'funnel',
        { steps: ['plan_viewed', 'purchase'], windowHours: 24 },
        '/v1/reports/funnel?steps=plan_viewed,purchase&windowHours=24',
      ],
      ['stages', {}, '/v1/reports/stages'],
      ['revenue', {}, '/v1/reports/revenue'],
      ['recurring_revenue', { mode: 'test' }, '/v1/reports/mrr?mode=test'],
      ['find_people', { search: 'SAM@' }, '/v1/people?search=SAM@'],
      ['person', { id: 'visitor-0001' }, '/v1/people/visitor-0001'],
      ['person_timeline', { id: 'user-1', limit: 2 }, '/v1/people/user-1/timeline?limit=2'],
      ['delivery_health', {}, '/v1/reports/health'],
    ]
    for (const [name, args, path] of answers) {
      const { isError, structuredContent, content } = await call(name, args)
      expect({ name, isError, content }).toMatchObject({ name, isError: undefined, content: [{ type: 'text' }] })
      const answer = await (await get(path)).json()
      expect(structuredContent, name).toEqual(answer)
      expect(content, name).toEqual([{ type: 'text', text: JSON.stringify(answer) }])
    }
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name).sort()).toEqual(answers.map(([name]) => name).sort())
    for (const { annotations } of tools) expect(annotations?.readOnlyHint).toBe(true)
    expect((await call('find_people', { search: 'SAM@' })).structuredContent).toMatchObject({
      people: [{ id: 'user-1', email: 'sam@example.com' }],
    })
  })

  test('answer what is wrong, and no more than that', async () => {
    const { call } = await connected(KEYS.reader)
    const wrong: readonly (readonly [string, object, string])[] = [
      ['breakdown', { dimension: 'planet' }, 'invalid arguments: dimension:'],
      ['breakdown', { dimension: 'page', limit: 1_001 }, 'limit:'],
      ['breakdown', { dimension: 'page', dimensions: 1 }, 'dimensions'],
      ['overview', { filter: ['planet:mars'] }, 'planet:mars'],
      ['overview', { from: '2026-02-01', to: '2026-01-01' }, 'invalid_request: from: must not be after to'],
      ['funnel', { steps: ['a,b', 'c'] }, 'without a comma'],
      ['funnel', { steps: ['a', 'a'] }, 'names an event twice'],
      ['person', { id: 'nobody' }, 'not_found: nobody is known'],
      ['person', { id: '..' }, 'is no id'],
      ['person_timeline', { id: 'user-1', before: 'x' }, 'invalid_request'],
      ['capture_events', { events: [{ event: 'x', userId: 'user-1' }] }, 'needs an sk_ key'],
      ['forget', {}, 'there is no tool "forget"'],
    ]
    for (const [name, args, message] of wrong) {
      const { isError, content, structuredContent } = await call(name, { ...args })
      expect({ isError, structuredContent }, message).toEqual({ isError: true, structuredContent: undefined })
      expect(JSON.stringify(content).replaceAll('\\"', '"')).toContain(message)
      expect(JSON.stringify(content)).not.toMatch(/\bat .*\.[jt]s|node_modules|rk_test/)
    }
  })

  test('capture events with an sk_ key, each once, and say what is invalid', async () => {
    const { client, call, get } = await connected(KEYS.server)
    const { tools } = await client.listTools()
    const capture = tools.find(({ name }) => name === 'capture_events')
    expect(capture?.annotations).toMatchObject({ readOnlyHint: false })
    const event = { event: 'demo_requested', eventId: 'demo_1', userId: 'user-1', properties: { by: 'agent' } }
    const events = [event, { event: 'note_taken', userId: 'user-1' }, { event: 'nobody_did_this' }]
    expect((await call('capture_events', { events })).structuredContent).toMatchObject({
      stored: 2,
      invalid: [{ code: 'missing_identity' }],
    })
    const again = await call('capture_events', { events: [event] })
    expect(again.structuredContent).toMatchObject({ stored: 0, duplicates: ['demo_1'] })
    const { events: latest } = await (await get('/v1/events')).json()
    expect(latest.find((each: { event: { eventId: string } }) => each.event.eventId === 'demo_1')).toMatchObject({
      event,
      sender: 'server',
    })
    expect((await call('capture_events', { events: [] })).isError).toBe(true)
  })
})

describe('POST /mcp', { timeout: 60_000 }, () => {
  const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
  const headers = { accept: 'application/json, text/event-stream' }

  test('is for keys that read, within their limit, and for no page', async () => {
    const { collector, post, get } = await testCollector({ rateLimits: { rk: { burst: 2, perSecond: 0.001 } } })
    const statusOf = async (init: object) => (await post('/mcp', LIST, { headers, ...init })).status
    expect(await statusOf({ key: null })).toBe(401)
    expect(await statusOf({ key: 'rk_unknown_key' })).toBe(401)
    expect(await statusOf({ key: KEYS.browser })).toBe(403)
    const page = { ...headers, origin: 'http://collector.test' }
    const refused = await post('/mcp', LIST, { headers: page, key: KEYS.server })
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ error: { code: 'origin_not_allowed' } })
    expect(refused.headers.get('access-control-allow-origin')).toBeNull()

    const listed = await post('/mcp', LIST, { headers, key: KEYS.server })
    expect(listed.status).toBe(200)
    expect(listed.headers.get('content-type')).toContain('application/json')
    expect(listed.headers.get('mcp-session-id')).toBeNull()
    expect(await statusOf({ key: KEYS.reader })).toBe(200)
    // A call is one request by itself, and one that the collector is asked for.
    const call = { ...LIST, method: 'tools/call', params: { name: 'stages' } }
    const limited = await (await post('/mcp', call, { headers, key: KEYS.reader })).json()
    expect(limited.result).toMatchObject({ isError: true })
    expect(limited.result.content[0].text).toMatch(/^rate_limited: .*Retry-After: \d+ s\)$/)
    expect(await statusOf({ key: KEYS.reader })).toBe(429)

    for (const request of [
      await get('/mcp', KEYS.server),
      await collector.fetch(new Request('http://collector.test/mcp', { method: 'DELETE' })),
    ]) {
      expect(request.status).toBe(405)
      expect(request.headers.get('allow')).toBe('POST')
    }
  })

  test('takes one message, no longer than a batch or than a question', async () => {
    const { post } = await testCollector()
    const codeOf = async (body: unknown) => {
      const response = await post('/mcp', body, { headers })
      return [response.status, (await response.json()).error.code]
    }
    expect(await codeOf('{')).toEqual([400, 'invalid_json'])
    expect(await codeOf([LIST, LIST])).toEqual([400, 'invalid_request'])
    expect(await codeOf({ ...LIST, params: { text: 'x'.repeat(5_000_000) } })).toEqual([413, 'body_too_large'])
    const question = { ...LIST, params: { text: 'x'.repeat(600_000) } }
    expect((await post('/mcp', question, { headers })).status).toBe(200)
    expect((await post('/mcp', question, { headers, key: KEYS.reader })).status).toBe(413)
    expect(await codeOf({ hello: 1 })).toEqual([400, -32_700])
    const noSse = await post('/mcp', LIST, { headers: { accept: 'text/html' } })
    expect(noSse.status).toBe(406)
  })
})

test('tools have the names and bounds of what they ask', () => {
  for (const { name, input, asked } of READ_TOOLS) {
    const { path } = asked({ id: 'someone', steps: ['a', 'b'] })
    const operation = OPERATIONS.find(
      (each) => each.path === path.replace('/someone', '/{id}') && each.method === 'get',
    )
    expect(operation, name).toBeDefined()
    const shape = operation?.query && 'shape' in operation.query ? Object.keys(Object(operation.query.shape)) : []
    expect(
      Object.keys(input.shape)
        .filter((each) => each !== 'id')
        .sort(),
      name,
    ).toEqual(shape.sort())
  }
})
