import { readdirSync, readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { threadline } from '@threadline/destinations'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { batch, KEYS, NOW, type PostInit, testCollector } from '../../test/collector-setup.ts'
import { trackEvent } from '../../test/events.ts'
import { COUNT_KINDS } from '../store/count-kinds.ts'
import { utcDay } from '../store/utc-day.ts'
import { openApiDocument } from './document.ts'
import { OPERATIONS } from './operations.ts'

const file: { [member: string]: unknown } = JSON.parse(
  readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8'),
)

test('openapi.json is what the code says (pnpm --filter @threadline/collector run generate)', () => {
  expect(file).toEqual(openApiDocument())
})

test('an independent validator finds it valid OpenAPI 3.1', async () => {
  const validator = new Validator()
  expect(await validator.validate(structuredClone(file))).toEqual({ valid: true })
  expect(validator.version).toBe('3.1')
})

/** For browsers. */
const PAGE_ROUTES = ['get /login', 'post /login', 'post /logout', 'get *']

test('every route is described, and nothing else', () => {
  const folder = new URL('../http/', import.meta.url)
  const files = readdirSync(folder).filter((name) => name.endsWith('-routes.ts'))
  const routes = files.flatMap((name) =>
    [...readFileSync(new URL(name, folder), 'utf8').matchAll(/app\.(get|post|put|patch|delete)\('([^']+)'/g)].map(
      ([, method, path]) => `${method} ${path?.replace(/:(\w+)/g, '{$1}')}`,
    ),
  )
  const api = routes.filter((route) => !PAGE_ROUTES.includes(route))
  expect(api.length).toBeGreaterThan(15)
  expect(OPERATIONS.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(api.sort())
})

// Closed: a member that the description does not have is a fault of the description.
const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true, date: true } })
ajv.addSchema(openApiDocument({ closed: true }), 'api')

/** Holds a value against the schema at a place in the document. */
function expectValid(place: readonly string[], value: unknown): void {
  const pointer = place.map((step) => encodeURIComponent(step.replaceAll('/', '~1'))).join('/')
  const isValid = ajv.compile({ $ref: `api#/${pointer}` })
  expect({ valid: isValid(value), errors: isValid.errors }).toEqual({ valid: true, errors: null })
}

/** Holds an answer's body against what the document says of the operation, status and type. */
function expectDescribed(id: string, { status, headers }: Response, body: unknown): void {
  const { path, method } = OPERATIONS.find((operation) => operation.id === id) ?? { path: '', method: '' }
  const [type = ''] = headers.get('content-type')?.split(';') ?? []
  expectValid(['paths', path, method, 'responses', String(status), 'content', type, 'schema'], body)
}

/** Never reached: there is nothing to be forwarded that was not given up before. */
const FORWARD = threadline({ host: 'http://127.0.0.1:9', key: 'sk_of_the_service' })

const BATCH = batch(
  [
    trackEvent({
      eventId: 'landing',
      sessionId: 'session-1',
      clickIds: { gclid: 'x' },
      path: '/',
      utm: { source: 'news' },
      context: { locale: 'de', screen: { width: 1, height: 2 } },
    }),
    trackEvent({ event: '$identify', userId: 'user-1', traits: { plan: 'pro', tags: ['a', { b: null }] } }),
    trackEvent({ event: 'purchase', userId: 'user-1', value: 4900, currency: 'USD', email: 'ada@example.com' }),
    trackEvent({
      event: 'subscription_started',
      userId: 'user-1',
      billing: {
        payerIds: ['stripe:cus_1', 'stripe:sub_1'],
        subscription: {
          id: 'stripe:sub_1',
          changedAt: '2026-01-31T09:30:00.000Z',
          billed: true,
          plan: 'pro',
          interval: 'month',
          intervalCount: 1,
          amount: 4900,
          currency: 'USD',
        },
      },
    }),
    trackEvent({ event: '$group', userId: 'user-1', properties: { groupId: 'acme', traits: { seats: 3 } } }),
    trackEvent({ event: '$alias', userId: 'user-1', properties: { previousId: 'old-0001' } }),
    trackEvent({ eventId: 'landing' }),
    trackEvent({ anonymousId: 'somebody-else' }),
    { ...trackEvent(), userId: 'null' },
  ],
  { dropped: { overflow: 1 } },
)

interface TestRequest {
  readonly body?: unknown
  readonly init?: PostInit
}

/** Sends a request to a collector that knows {@link BATCH}; with a body by POST. */
async function ask(path: string, { body, init = {} }: TestRequest): Promise<Response> {
  const { post, get, store } = await testCollector({
    rateLimits: { pk: { burst: 0, perSecond: 1 } },
    forward: [{ destination: FORWARD, events: ['never'] }],
  })
  const forward = { project: 'default', name: 'threadline' }
  await store.forwards.enter(forward, null, NOW)
  await post('/v1/batch', BATCH)
  await post('/v1/people/somebody-else/forget', {})
  const day = utcDay(NOW)
  await store.append(
    [],
    COUNT_KINDS.map((kind) => ({ project: 'default', day, kind, name: 'of-each-kind', count: 1 })),
  )
  await store.changeSettings(
    'default',
    { goals: [{ name: 'Bought', event: 'purchase' }] },
    { who: 'somebody', at: NOW },
  )
  await store.addKey({
    id: 'key-1',
    hash: 'of a key',
    kind: 'pk',
    project: 'default',
    name: 'shop',
    origins: ['https://shop.example'],
    createdAt: NOW,
  })
  await store.addPageSession({ id: 'session-1', project: 'default', createdAt: NOW, expiresAt: NOW + 1_000 })
  return body === undefined ? get(path, init.key ?? KEYS.reader) : post(path, body, init)
}

const JSON_ANSWERS: readonly (readonly [id: string, path: string, request: TestRequest])[] = [
  ['storeBatch', '/v1/batch', { body: BATCH }],
  ['validateBatch', '/v1/validate', { body: BATCH }],
  ['latestEvents', '/v1/events', {}],
  ['people', '/v1/people', {}],
  ['names', '/v1/names?id=visitor-0001&id=nobody', {}],
  ['person', '/v1/people/user-1', {}],
  ['group', '/v1/groups/acme', {}],
  ['timeline', '/v1/people/visitor-0001/timeline?limit=9', {}],
  ['forgetPerson', '/v1/people/user-1/forget', { body: {} }],
  ['erasePeople', '/v1/erasures', { body: { ids: ['user-1', 'nobody'] } }],
  ['erasures', '/v1/erasures', { init: { key: KEYS.server } }],
  ['reprocess', '/v1/reprocess', { body: {} }],
  ['createLoginLink', '/v1/login-links', { body: {} }],
  ['publicKeys', '/v1/public-keys', {}],
  ['pageSessions', '/v1/page-sessions', { init: { key: KEYS.server } }],
  ['endPageSession', '/v1/page-sessions/session-1/end', { body: {} }],
  ['overview', '/v1/reports/overview?compare=true&goal=purchase', {}],
  ['series', '/v1/reports/series?interval=week&goal=/', {}],
  ['breakdown', '/v1/reports/breakdown?dimension=source&filter=source:&filter=source:news&goal=purchase', {}],
  ['attribution', '/v1/reports/attribution?dimension=source&attribution=first&goal=purchase', {}],
  ['retention', '/v1/reports/retention?filter=event:purchase', {}],
  ['online', '/v1/reports/online', {}],
  ['eventCounts', '/v1/reports/events', {}],
  ['catalogue', '/v1/catalogue?limit=2', {}],
  ['funnel', '/v1/reports/funnel?steps=$pageview,purchase', {}],
  ['revenue', '/v1/reports/revenue', {}],
  ['recurringRevenue', '/v1/reports/mrr', {}],
  ['stages', '/v1/reports/stages', {}],
  ['deliveryHealth', '/v1/reports/health', {}],
  ['forwards', '/v1/forwards', {}],
  ['pauseForward', '/v1/forwards/threadline/pause', { body: {} }],
  ['resumeForward', '/v1/forwards/threadline/resume', { body: {} }],
  ['beginForward', '/v1/forwards/threadline/begin', { body: { from: '2026-01-01' } }],
  ['settings', '/v1/settings', {}],
  ['changeSettings', '/v1/settings', { body: { timeZone: 'Europe/Vienna' } }],
  ['settingChanges', '/v1/settings/changes', {}],
  ['keys', '/v1/keys', { init: { key: KEYS.server } }],
  ['createKey', '/v1/keys', { body: { kind: 'pk' } }],
  ['revokeKey', '/v1/keys/key-1/revoke', { body: {} }],
  ['alive', '/healthz', {}],
  ['ready', '/readyz', {}],
]

describe('a real answer is as described:', () => {
  test.each(JSON_ANSWERS)('%s', async (id, path, request) => {
    const response = await ask(path, request)
    expect(response.status).toBe(200)
    const body = await response.json()
    expectDescribed(id, response, body)
    // An empty list would agree with any description of its members. A dry run knows no duplicates, and a period before no money.
    expect(JSON.stringify(body).replace(/"duplicates":\[\]|(?<="previous".*)"revenue":\[\]/, '')).not.toMatch(/:\[\]/)
  })

  test('exportPerson, line by line', async () => {
    const response = await ask('/v1/people/user-1/export', {})
    const lines = (await response.clone().text()).trimEnd().split('\n')
    const types = lines.map((line) => {
      expectDescribed('exportPerson', response, JSON.parse(line))
      return JSON.parse(line).type
    })
    expect(types).toEqual([
      'person',
      'link',
      'alias',
      'billingId',
      'billingId',
      'claim',
      'subscription',
      'event',
      'event',
      'event',
      'event',
      'event',
      'event',
      'traits',
      'end',
    ])
  })

  test('openApi', async () => {
    const response = await ask('/v1/openapi.json', { init: { key: '' } })
    const text = await response.text()
    expectDescribed('openApi', response, JSON.parse(text))
    expect(JSON.parse(text)).toEqual(file)
    for (const key of Object.values(KEYS)) expect(text).not.toContain(key)
  })

  test('metrics', async () => {
    const response = await ask('/metrics', {})
    expectDescribed('metrics', response, await response.text())
  })

  test('liveEvents, and the event in a message', async () => {
    const response = await ask('/v1/live', {})
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('\n\nevent: event\n') || !text.endsWith('\n\n')) text += (await reader?.read())?.value ?? ''
    await reader?.cancel()
    expectDescribed('liveEvents', response, text)
    const data = /^event: event\ndata: (.*)$/m.exec(text)?.[1] ?? ''
    expectValid(['components', 'schemas', 'EventView'], JSON.parse(data))
  })

  test('of every operation', () => {
    const tested = [...JSON_ANSWERS.map(([id]) => id), 'exportPerson', 'openApi', 'metrics', 'liveEvents']
    expect(tested.sort()).toEqual(OPERATIONS.map(({ id }) => id).sort())
  })
})

test('the body of a batch is as described', () => {
  expectValid(['paths', '/v1/batch', 'post', 'requestBody', 'content', 'application/json', 'schema'], BATCH)
})

describe('a refusal is as described:', () => {
  test.each<readonly [number, id: string, path: string, request: TestRequest]>([
    [400, 'storeBatch', '/v1/batch', { body: '{' }],
    [400, 'funnel', '/v1/reports/funnel', {}],
    [400, 'catalogue', '/v1/catalogue?limit=101', {}],
    [400, 'overview', '/v1/reports/overview?filter=planet:mars', {}],
    [400, 'series', '/v1/reports/series?interval=hour&from=2020-01-01', {}],
    [400, 'breakdown', '/v1/reports/breakdown', {}],
    [400, 'breakdown', '/v1/reports/breakdown?dimension=page&timeZone=Mars/Base', {}],
    [400, 'attribution', '/v1/reports/attribution?dimension=page', {}],
    [400, 'retention', '/v1/reports/retention?from=2020-01-01', {}],
    [400, 'people', '/v1/people?limit=0', {}],
    [400, 'timeline', '/v1/people/user-1/timeline?before=x', {}],
    [401, 'validateBatch', '/v1/validate', { body: BATCH, init: { key: null } }],
    [400, 'recurringRevenue', '/v1/reports/mrr?mode=both', {}],
    [401, 'stages', '/v1/reports/stages', { init: { key: '' } }],
    [403, 'storeBatch', '/v1/batch', { body: BATCH, init: { key: KEYS.limited } }],
    [403, 'forgetPerson', '/v1/people/user-1/forget', { body: {}, init: { key: KEYS.reader } }],
    [400, 'reprocess', '/v1/reprocess', { body: { since: 'yesterday' } }],
    [403, 'reprocess', '/v1/reprocess', { body: {}, init: { key: KEYS.reader } }],
    [403, 'metrics', '/metrics', { init: { key: KEYS.browser } }],
    [404, 'timeline', '/v1/people/nobody/timeline', {}],
    [404, 'exportPerson', '/v1/people/nobody/export', {}],
    [400, 'beginForward', '/v1/forwards/threadline/begin', { body: { from: 'then' } }],
    [403, 'pauseForward', '/v1/forwards/threadline/pause', { body: {}, init: { key: KEYS.reader } }],
    [404, 'resumeForward', '/v1/forwards/nowhere/resume', { body: {} }],
    [404, 'forgetPerson', '/v1/people/nobody/forget', { body: {} }],
    [413, 'storeBatch', '/v1/batch', { body: 'x'.repeat(5_000_000) }],
    [415, 'validateBatch', '/v1/validate', { body: BATCH, init: { headers: { 'content-encoding': 'x' } } }],
    [429, 'storeBatch', '/v1/batch', { body: BATCH, init: { key: KEYS.browser } }],
  ])('%i of %s', async (status, id, path, request) => {
    const response = await ask(path, request)
    expect(response.status).toBe(status)
    expectDescribed(id, response, await response.json())
  })

  const ids = OPERATIONS.filter(({ path }) => path.includes('{id}')).map(
    (operation) => [operation.id, operation] as const,
  )
  test.each(ids)('of %s, for an id that there cannot be', async (id, { method, path }) => {
    for (const [word, status] of [
      ['a%00b', 400],
      ['nobody', 404],
    ] as const) {
      const request = { init: { key: KEYS.server }, ...(method === 'post' && { body: {} }) }
      const response = await ask(path.replace('{id}', word), request)
      expect(response.status).toBe(status)
      expectDescribed(id, response, await response.json())
    }
  })
})
