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

  test.each([
    [
      'payload 2.0',
      event(),
      {},
      { cookies: [expect.stringContaining(VISITOR)], headers: { 'cache-control': 'private' } },
    ],
    [
      'payload 1.0',
      v1,
      {},
      { headers: { 'set-cookie': expect.stringContaining(VISITOR), 'cache-control': 'private' } },
    ],
    [
      'payload 1.0 with several values',
      v1,
      { multiValueHeaders: { 'set-cookie': ['a=1'] } },
      { multiValueHeaders: { 'set-cookie': ['a=1', expect.stringContaining(VISITOR)] } },
    ],
    [
      'a shared response',
      event(),
      { headers: { 'Cache-Control': 'public' } },
      { headers: { 'Cache-Control': 'public' } },
    ],
  ])('sets the cookie as %s wants it', async (_, given, result, expected) => {
    const { client } = harness()
    const handler = lambdaKit({ client }).wrap((): HttpResult => ({ statusCode: 200, ...result }))
    expect(await handler(given, {})).toEqual({ statusCode: 200, headers: expect.anything(), ...expected })
  })
})
