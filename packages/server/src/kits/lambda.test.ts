import { describe, expect, test } from 'vitest'
import { harness, response } from '../../test/harness.ts'
import { type HttpEvent, type HttpResult, lambdaKit } from './lambda.ts'

const VISITOR = '019e1c2a-0000-7000-8000-000000000001'

const payload2 = {
  version: '2.0',
  headers: { accept: 'text/html' },
  cookies: [`tl_id=${VISITOR}`],
  rawPath: '/',
  rawQueryString: '',
  requestContext: { domainName: 'shop.example', http: { method: 'GET', sourceIp: '203.0.113.9' } },
}

const event = (fields: object = {}): HttpEvent => ({ ...payload2, ...fields })

const v1 = event({
  version: '1.0',
  cookies: undefined,
  headers: { Accept: 'text/html', Cookie: `tl_id=${VISITOR}` },
  path: '/',
  httpMethod: 'GET',
})

const captures = { event: 'feature_used', properties: { feature: 'a' } } as const

describe('lambdaKit', () => {
  test('returns when the event is delivered: the instance may freeze at once', async () => {
    const { client, stored } = harness()
    const handler = lambdaKit({ client }).wrap((_event, track): HttpResult => {
      track.capture(captures)
      return { statusCode: 200 }
    })
    await handler(event(), {})
    expect([...stored.values()]).toMatchObject([{ anonymousId: VISITOR, context: { ip: '203.0.113.9' } }])
  })

  test('an app’s own test may call it without a context', async () => {
    const { client, stored } = harness()
    const handler = lambdaKit({ client }).wrap((_event, track): HttpResult => {
      track.capture(captures)
      return { statusCode: 204 }
    })
    expect(await Reflect.apply(handler, undefined, [{ ...v1, headers: { cookie: `tl_id=${VISITOR}` } }])).toEqual({
      statusCode: 204,
    })
    expect(stored.size).toBe(1)
  })

  test('an address that cannot be one is no reason to fail', async () => {
    const kit = lambdaKit({ client: harness().client, proxy: { path: '/t', host: 'https://events.example' } })
    const handler = kit.wrap((): HttpResult => ({ statusCode: 204 }))
    const alb = { headers: { host: 'a b' }, path: '/', httpMethod: 'GET', queryStringParameters: {} }
    expect(await handler(alb, {})).toEqual({ statusCode: 204 })
  })

  test('delivers also what a handler captured before it threw', async () => {
    const { client, stored } = harness()
    const handler = lambdaKit({ client }).wrap((_event, track): HttpResult => {
      track.capture(captures)
      throw new Error('mine')
    })
    await expect(handler(event(), {})).rejects.toThrow('mine')
    expect(stored.size).toBe(1)
  })

  test.each([
    ['flushTimeoutMs', 60_000, 2_000],
    ["less when Lambda's deadline is nearer", 700, 500],
  ])('waits at most %s, and the next invocation delivers what is left', async (_, remainingMs, waits) => {
    const backend = harness()
    const works = backend.answer
    backend.answer = () => Promise.resolve(response(503))
    const handler = lambdaKit({ client: backend.client }).wrap((_event, track): HttpResult => {
      track.capture(captures)
      return { statusCode: 200 }
    })
    let answered = false
    const first = handler(event(), { getRemainingTimeInMillis: () => remainingMs }).then(() => {
      answered = true
    })
    await backend.clock.advance(waits - 1)
    expect(answered).toBe(false)
    await backend.clock.advance(1)
    await first

    backend.answer = works
    await handler(event(), {})
    expect(backend.stored.size).toBe(2)
  })

  const alb = { requestContext: { elb: { targetGroupArn: 'arn' } }, path: '/', httpMethod: 'GET' }
  const albSingle: HttpEvent = { ...alb, headers: { accept: 'text/html', cookie: `tl_id=${VISITOR}` } }
  const albMultiple: HttpEvent = {
    ...alb,
    multiValueHeaders: { accept: ['text/html'], cookie: ['theme=dark', `tl_id=${VISITOR}`] },
  }
  const ours = expect.stringContaining(VISITOR)

  describe('sets the cookie and keeps what the handler has set', () => {
    test.each<[string, HttpEvent, HttpResult, HttpResult]>([
      ['payload 2.0', event(), {}, { cookies: [ours], headers: { 'cache-control': 'private' } }],
      [
        'payload 2.0, with cookies',
        event(),
        { cookies: ['a=1'], headers: { 'Cache-Control': 'max-age=5' } },
        { cookies: ['a=1', ours], headers: { 'cache-control': 'max-age=5, private' } },
      ],
      ['payload 1.0', v1, {}, { headers: { 'set-cookie': ours, 'cache-control': 'private' } }],
      [
        'payload 1.0, with a cookie in lower case',
        v1,
        { headers: { 'set-cookie': 'a=1', 'x-app': '1' } },
        {
          headers: { 'x-app': '1' },
          multiValueHeaders: { 'set-cookie': ['a=1', ours], 'cache-control': ['private'] },
        },
      ],
      [
        'payload 1.0, with cookies in both forms and in other cases',
        v1,
        { headers: { 'Set-Cookie': 'a=1' }, multiValueHeaders: { 'SET-COOKIE': ['b=2'], 'x-app': ['1'] } },
        {
          headers: {},
          multiValueHeaders: { 'x-app': ['1'], 'set-cookie': ['a=1', 'b=2', ours], 'cache-control': ['private'] },
        },
      ],
      [
        'an ALB',
        albSingle,
        { headers: { 'set-cookie': 'a=1', 'Set-cookie': 'b=2' } },
        { headers: { 'set-cookie': 'a=1', 'Set-cookie': 'b=2', 'sEt-cookie': ours, 'cache-control': 'private' } },
      ],
      [
        'an ALB with multi-value headers, which reads no others',
        albMultiple,
        { multiValueHeaders: { 'set-cookie': ['a=1'], 'Cache-Control': ['max-age=5', 'must-revalidate'] } },
        {
          multiValueHeaders: {
            'set-cookie': ['a=1', ours],
            'cache-control': ['max-age=5, must-revalidate, private'],
          },
        },
      ],
    ])('%s', async (_, given, result, expected) => {
      const { client } = harness()
      const handler = lambdaKit({ client }).wrap((): HttpResult => ({ statusCode: 200, ...result }))
      expect(await handler(given, {})).toEqual({ statusCode: 200, ...expected })
    })
  })

  test.each<[string, HttpEvent, HttpResult]>([
    ['a header', event(), { headers: { 'Cache-Control': 'public' } }],
    ['a header of several values', v1, { multiValueHeaders: { 'cache-control': ['public', 'max-age=60'] } }],
    ['an ALB’s header of several values', albMultiple, { multiValueHeaders: { 'Cache-Control': ['s-maxage=60'] } }],
    ['a header for a CDN', v1, { multiValueHeaders: { 'Surrogate-Control': ['max-age=60'] } }],
  ])('leaves a response alone that caches may share, by %s', async (_, given, result) => {
    const { client } = harness()
    const handler = lambdaKit({ client }).wrap((): HttpResult => ({ statusCode: 200, ...result }))
    expect(await handler(given, {})).toEqual({ statusCode: 200, ...result })
  })

  test('leaves a result alone from which API Gateway makes a response of its own', async () => {
    const { client } = harness()
    const kit = lambdaKit({ client })
    // In JavaScript a handler may return anything.
    const results: readonly object[] = [{ ok: true }, ['a']]
    for (const result of results) expect(await kit.wrap(() => result)(event(), {})).toBe(result)
  })

  test('reads visitor, opt-out and signals from an ALB with multi-value headers', async () => {
    const { client, stored } = harness()
    const handler = lambdaKit({ client, trustedProxies: 1 }).wrap((_event, track): HttpResult => {
      track.capture(captures)
      return { statusCode: 200 }
    })
    const multiple = (headers: object, query: object = {}): HttpEvent => ({
      ...albMultiple,
      ...{ multiValueQueryStringParameters: query },
      multiValueHeaders: { ...albMultiple.multiValueHeaders, ...headers },
    })
    const set = await handler(multiple({ 'Sec-GPC': ['1'] }), {})
    expect(set.multiValueHeaders?.['set-cookie']).toEqual([expect.stringMatching(/^tl_id=; .*Max-Age=0/)])
    await handler(multiple({ cookie: ['tl_opted_out=1', `tl_id=${VISITOR}`] }), {})
    expect([...stored.values()]).toEqual([])

    const headers = {
      host: ['10.0.0.7'],
      'x-forwarded-for': ['198.51.100.1, 203.0.113.9'],
      'x-forwarded-proto': ['https'],
      'user-agent': ['Agent/1'],
    }
    await handler(multiple(headers, { utm_source: ['news%20letter'], tag: ['a', 'b'] }), {})
    expect([...stored.values()]).toMatchObject([
      {
        anonymousId: VISITOR,
        url: 'https://10.0.0.7/?utm_source=news%20letter&tag=a&tag=b',
        utm: { source: 'news letter' },
        context: { ip: '203.0.113.9', userAgent: 'Agent/1' },
      },
    ])
  })

  test('answers a batch in the form that the sender takes', async () => {
    const { client } = harness()
    const handler = lambdaKit({ client, proxy: { path: '/t', host: 'http://127.0.0.1:9' } }).wrap(
      (): HttpResult => ({ statusCode: 404 }),
    )
    const batch = { httpMethod: 'POST', path: '/t/v1/batch', body: '{}', isBase64Encoded: false }
    const host = { host: ['shop.example'] }
    const multiple = { ...albMultiple, ...batch, multiValueHeaders: { ...albMultiple.multiValueHeaders, ...host } }
    expect(await handler(multiple, {})).toEqual({
      statusCode: 502,
      body: expect.any(String),
      multiValueHeaders: {
        'content-type': ['application/json'],
        'cache-control': ['private'],
        'set-cookie': [ours],
      },
    })
  })
})
