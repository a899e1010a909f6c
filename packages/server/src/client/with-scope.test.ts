import { describe, expect, test } from 'vitest'
import { harness } from '../../test/harness.ts'
import { createServerClient as createEdgeClient } from '../runtimes/edge.ts'
import { createServerClient } from '../runtimes/node.ts'
import { captureFeatureUsed } from './captures.ts'

const STORED = { status: 200, header: () => null, body: '{"stored":1,"duplicates":[],"invalid":[]}' }

function subject(create: typeof createServerClient = createServerClient) {
  const sent: { event: string; anonymousId?: string; userId?: string; consent?: object }[] = []
  const client = create({
    key: 'sk_test',
    host: 'https://collector.test',
    strict: false,
    onError: () => undefined,
    transport({ body }) {
      sent.push(...(JSON.parse(body) as { events: typeof sent }).events)
      return Promise.resolve(STORED)
    },
  })
  return { client, sent }
}

const requestOf = (visitor: string, headers: object = {}) => ({ headers: { cookie: `tl_id=${visitor}`, ...headers } })

describe('withScope', () => {
  test('whatever is called and awaited below captures for the request, side by side', async () => {
    const { client, sent } = subject()
    async function deepBelow(name: string): Promise<string> {
      await new Promise((resolve) => setImmediate(resolve))
      client.capture({ event: `captured_${name}` })
      captureFeatureUsed(client, { properties: { feature: name } })
      client.identify(`user_${name}`)
      await Promise.resolve()
      client.group('acme')
      await client.captureNow({ event: `now_${name}` })
      return name
    }
    const visitors = ['visitor_aaaa', 'visitor_bbbb']
    const results = await Promise.all(
      visitors.map((visitor) => client.withScope(requestOf(visitor), () => deepBelow(visitor.slice(-4)))),
    )
    expect(results).toEqual(['aaaa', 'bbbb'])
    client.capture({ event: 'outside', userId: 'user_42' })
    await client.flush()
    for (const visitor of visitors) {
      const name = visitor.slice(-4)
      const own = sent.filter(({ anonymousId }) => anonymousId === visitor)
      expect(own.map(({ event, userId }) => [event, userId])).toEqual([
        [`captured_${name}`, undefined],
        ['feature_used', undefined],
        ['$identify', `user_${name}`],
        ['$group', `user_${name}`],
        [`now_${name}`, `user_${name}`],
      ])
    }
    expect(sent.find(({ event }) => event === 'outside')).not.toHaveProperty('anonymousId')
  })

  test('a refusal of the request holds below', async () => {
    const { client, sent } = subject()
    client.withScope(requestOf('visitor_aaaa', { 'sec-gpc': '1' }), () => client.capture({ event: 'a' }))
    await client.flush()
    expect(sent).toEqual([])
  })

  test('the inner of two counts, and what the callback throws is thrown', () => {
    const { client } = subject()
    const seen = client.withScope(requestOf('visitor_aaaa'), () =>
      client.withScope(requestOf('visitor_bbbb'), ({ anonymousId }) => anonymousId),
    )
    expect(seen).toBe('visitor_bbbb')
    const fail = (): never => {
      throw new Error('the app’s own')
    }
    expect(() => client.withScope(requestOf('visitor_aaaa'), fail)).toThrow('the app’s own')
  })

  test('without asynchronous contexts the callback has its scope all the same', async () => {
    const { client, sent } = subject(createEdgeClient)
    client.withScope(requestOf('visitor_aaaa'), (scope) => scope.capture({ event: 'a' }))
    await client.flush()
    expect(sent).toMatchObject([{ event: 'a', anonymousId: 'visitor_aaaa' }])
  })
})

test('a waitUntil that throws costs neither the request nor the event, and is told', async () => {
  const { client, clock, stored, errors } = harness()
  const waitUntil = (): never => {
    throw new TypeError('Illegal invocation')
  }
  const scope = client.scope(requestOf('visitor_aaaa'), { waitUntil })
  scope.capture({ event: 'a' })
  await clock.advance(1_000)
  expect(stored.size).toBe(1)
  expect(errors).toEqual([{ code: 'hook_failed', message: expect.stringContaining('(work) => ctx.waitUntil(work)') }])
})

test('130,000 events of one scope are held within the bounds, and counted', { timeout: 60_000 }, async () => {
  const { client, clock, drops } = harness({ maxQueueEvents: 100_000, transport: () => new Promise(() => undefined) })
  const work: Promise<unknown>[] = []
  const scope = client.scope(requestOf('visitor_aaaa'), { waitUntil: (promise) => work.push(promise) })
  for (let index = 0; index < 130_000; index += 1) scope.capture({ event: 'a' })
  await clock.advance(60_000)
  await Promise.all(work)
  expect(client.stats().pending).toBe(100_000)
  expect(drops).toHaveLength(30_000)
  const other = client.scope(requestOf('visitor_bbbb'), { waitUntil: (promise) => work.push(promise) })
  other.capture({ event: 'b' })
  expect(client.stats().pending).toBe(100_000)
})
