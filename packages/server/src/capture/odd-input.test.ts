import type { TrackEvent } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { harness } from '../../test/harness.ts'
import { captureFeatureUsed } from '../client/captures.ts'

const VISITOR = { anonymousId: 'visitor_12345' }

/** Reading or printing any of it throws something that cannot be printed either. */
function hostile(): unknown {
  const thrown = new Proxy(Object.create(null), {
    get() {
      throw thrown
    },
  })
  return new Proxy(Object.create(null), {
    get() {
      throw thrown
    },
    has() {
      throw thrown
    },
  })
}

/** An input of which one field throws when it is read. */
function unreadableIn(
  field: string,
  thrown: unknown,
): { readonly event: string; readonly properties: { feature: string } } {
  const input = { event: 'a', properties: { feature: 'x' } }
  return Object.defineProperty(input, field, {
    enumerable: true,
    get() {
      throw thrown
    },
  })
}

describe('capture does not throw in production, whatever it meets', () => {
  const unreadable: readonly [string, () => unknown][] = [
    ['no error at all', () => undefined],
    ['an error whose message is none', () => Object.assign(new Error('x'), { message: 42 })],
    ['a symbol', () => Symbol('s')],
    ['an object without a prototype', () => Object.create(null)],
    ['what cannot be read', hostile],
  ]

  test.each(unreadable)('a getter throws %s', (_name, make) => {
    const thrown = make()
    const { client, drops } = harness()
    const scope = client.scope({ headers: {} }, VISITOR)
    for (const field of ['userId', 'properties', 'timestamp']) {
      client.capture(unreadableIn(field, thrown))
      scope.capture(unreadableIn(field, thrown))
      captureFeatureUsed(scope, unreadableIn(field, thrown))
    }
    expect(drops.map(({ reason }) => reason)).toEqual(Array.from({ length: 9 }, () => 'not_serializable'))
  })

  test.each(unreadable)('an asynchronous hook rejects with %s', async (_name, make) => {
    const thrown = make()
    const { client, drops } = harness({ onCapture: () => Promise.reject(thrown) })
    client.capture({ event: 'a', ...VISITOR })
    await client.flush()
    expect(drops.map(({ reason }) => reason)).toEqual(['hook_failed'])
  })

  test.each(unreadable)('a hook, and every reporter, throws %s', (_name, make) => {
    const thrown = make()
    const fail = (): never => {
      throw thrown
    }
    const { client } = harness({ onCapture: fail, onError: fail, onDrop: fail, onDelivered: fail })
    client.capture({ event: 'a', ...VISITOR })
    expect(client.stats().dropped).toEqual({ hook_failed: 1 })
  })

  test('a hook gives a promise of another library', async () => {
    const { client, stored } = harness({
      onCapture: (event) =>
        // biome-ignore lint/suspicious/noThenProperty: what such a library makes
        ({ then: (resolve: (event: TrackEvent) => void) => resolve({ ...event, path: '/seen' }) }) as never,
    })
    client.capture({ event: 'a', ...VISITOR })
    await client.flush()
    expect([...stored.values()][0]?.path).toBe('/seen')
  })

  test('null for a scope', () => {
    const { client, drops } = harness()
    Reflect.apply(client.scope({ headers: {} }).capture, undefined, [null])
    expect(drops).toHaveLength(1)
  })
})

describe('values that JSON does not have', () => {
  test('hooks see them as they are, and what they leave gets its form', async () => {
    const seen: unknown[] = []
    const { client, stored } = harness({
      onCapture(event) {
        seen.push(event.properties?.['total'])
        return { ...event, properties: { ...event.properties, tags: new Set(['a']) as never } }
      },
    })
    client.capture({ event: 'a', ...VISITOR, properties: { total: 4900n as never } })
    await client.flush()
    expect(seen).toEqual([4900n])
    expect([...stored.values()][0]?.properties).toEqual({ total: '4900', tags: ['a'] })
  })

  test('in traits too', async () => {
    const { client, stored } = harness()
    client.identify('user_42', { traits: { roles: new Map([['admin', true]]) as never } })
    await client.flush()
    expect([...stored.values()][0]?.traits).toEqual({ roles: { admin: true } })
  })
})

describe('properties as a whole', () => {
  class Money {
    toJSON(): object {
      return { amount: 1 }
    }
  }

  test.each([
    [new Money(), { amount: 1 }],
    [new Map([['a', 1]]), { a: 1 }],
    [new Error('no'), { name: 'Error', message: 'no' }],
  ])('are what becomes of them: %o', async (properties, arrives) => {
    const { client, stored } = harness()
    client.capture({ event: 'a', ...VISITOR, properties })
    await client.flush()
    expect([...stored.values()][0]?.properties).toEqual(arrives)
  })

  test.each([[new Set([1])], [new Date(0)], [Object('text')], [{ toJSON: () => 'text' }]])(
    'are refused when that is no object: %o',
    (properties) => {
      const { client, drops } = harness()
      client.capture({ event: 'a', ...VISITOR, properties })
      client.identify('user_42', { traits: properties })
      expect(drops).toMatchObject([
        { reason: 'not_serializable', message: 'properties must become an object in JSON' },
        { reason: 'not_serializable', message: 'traits must become an object in JSON' },
      ])
    },
  )
})

test.each([[undefined], [null], [42]])('a request that is none says nothing: %s', (request) => {
  const { client } = harness()
  const scope = Reflect.apply(client.scope, client, [request])
  expect([scope.anonymousId, scope.consent]).toEqual([undefined, undefined])
})

describe('what is left to chance', () => {
  class Query {
    readonly table = 'users'
    // biome-ignore lint/suspicious/noThenProperty: query builders are made so
    then(resolve: (rows: unknown[]) => void): void {
      resolve([])
    }
  }

  test.each([
    ['a promise', Promise.resolve(1)],
    ['a query', new Query()],
  ])('a value that nobody awaited is refused, and said where: %s', (_name, rows) => {
    const { client, drops } = harness()
    client.capture({ event: 'a', ...VISITOR, properties: { report: { rows } as never } })
    expect(drops).toMatchObject([
      { reason: 'not_serializable', message: 'properties.report.rows is a promise: await it before you capture' },
    ])
  })

  test('an event that a hook made anew is still the one that was captured, at its time', async () => {
    const { client, stored } = harness({ onCapture: ({ event, anonymousId }) => ({ event, anonymousId }) as never })
    client.capture({ event: 'a', ...VISITOR, eventId: 'order_1', timestamp: '2024-02-29T12:00:00Z' })
    await client.flush()
    expect(stored.get('order_1')).toEqual({
      event: 'a',
      ...VISITOR,
      eventId: 'order_1',
      timestamp: '2024-02-29T12:00:00.000Z',
    })
  })
})

describe('a "no" that is written otherwise does not pass for a yes', () => {
  test.each([['denied'], [false], [0], [[]], [{ analytics: 'no' }], [{ analytics: 0 }]])(
    'on an event: %j',
    async (consent) => {
      const { client, drops, requests } = harness()
      client.capture({ event: 'a', ...VISITOR, consent: consent as never })
      client.scope({ headers: {} }, VISITOR).capture({ event: 'b', consent: consent as never })
      await client.flush()
      expect(requests).toEqual([])
      expect(drops.map(({ reason }) => reason)).toEqual(['validation_error', 'validation_error'])
    },
  )

  test.each([['denied'], [false], [[]], [{ analytics: 'denied' }]])('nor for a scope: %j', async (consent) => {
    const { client, drops, requests } = harness()
    const scope = client.scope({ headers: {} }, { ...VISITOR, consent: consent as never })
    scope.capture({ event: 'a' })
    scope.capture({ event: 'b', consent: { ads: true } })
    await client.flush()
    expect(requests).toEqual([])
    expect(drops).toHaveLength(2)
  })
})

describe('ids', () => {
  test.each([
    [42, '42'],
    [9_007_199_254_740_993n, '9007199254740993'],
    ['user_42', 'user_42'],
  ])('a number is an id: %s', async (id, text) => {
    const { client, stored } = harness()
    client.capture({ event: 'a', userId: id, eventId: id })
    client.identify(id, { anonymousId: 77 })
    await client.flush()
    const [event, link] = [...stored.values()]
    expect([event?.userId, event?.eventId, link?.userId, link?.anonymousId]).toEqual([text, text, text, '77'])
  })

  test('a blank one is none', async () => {
    const { client, stored, errors } = harness({ strict: true })
    client.capture({ event: 'a', ...VISITOR, userId: '', sessionId: ' ' })
    await client.flush()
    expect([...stored.values()][0]).not.toHaveProperty('userId')
    expect(errors).toEqual([])
  })

  test.each([
    { userId: 'guest' },
    { userId: 'null' },
    { userId: {} as never },
    { sessionId: 'undefined' },
    { anonymousId: '[object Object]', userId: 'user_42' },
  ])('one that is none is left out beside one that is, and told: %j', async (ids) => {
    const { client, stored, errors, drops } = harness()
    client.capture({ event: 'a', ...VISITOR, ...ids })
    await client.flush()
    expect(drops).toEqual([])
    expect(stored.size).toBe(1)
    expect(JSON.stringify([...stored.values()])).not.toMatch(/guest|"null"|undefined|object/)
    expect(errors).toEqual([{ code: 'invalid_id', message: expect.stringContaining('(sent without it)') }])
  })

  test('an identity link needs its user', () => {
    const { client, drops } = harness()
    client.identify('guest', VISITOR)
    Reflect.apply(client.identify, client, [undefined, VISITOR])
    Reflect.apply(client.identify, client, ['', VISITOR])
    expect(drops.map(({ reason }) => reason)).toEqual(['invalid_id', 'invalid_id', 'invalid_id'])
  })
})

describe('a scope', () => {
  const scopeOf = (options: object = {}) => {
    const kit = harness()
    return { ...kit, scope: kit.client.scope({ headers: {} }, { ...VISITOR, ...options }) }
  }

  test.each([{ analytics: undefined }, { analytics: true }, { analytics: undefined, ads: true }, {}])(
    'no event widens what its visitor refused: %j',
    async (consent) => {
      const { client, scope, requests, drops } = scopeOf({ consent: { analytics: false, ads: false } })
      scope.capture({ event: 'a', consent })
      await client.flush()
      expect(requests).toEqual([])
      expect(drops.map(({ reason }) => reason)).toEqual(['consent_denied'])
    },
  )

  test.each([{}, { analytics: undefined }, { ads: true }])(
    'an app that has no answer yet does not answer for its visitor: %j',
    async (consent) => {
      const { client, drops, requests } = harness()
      const scope = client.scope({ headers: { 'sec-gpc': '1' } }, { ...VISITOR, consent })
      scope.capture({ event: 'a' })
      await client.flush()
      expect(requests).toEqual([])
      expect(drops.map(({ reason }) => reason)).toEqual(['consent_denied'])
    },
  )

  test('what is undefined or null on an event is the request’s', async () => {
    const { client, stored } = harness()
    const request = { headers: { referer: 'https://shop.example/a?utm_source=letter', 'user-agent': 'Browser' } }
    const absent = { url: undefined, utm: null as never, context: { ip: undefined, userAgent: undefined } }
    client.scope(request, { ...VISITOR, ip: '192.0.2.1' }).capture({ event: 'a', ...absent })
    await client.flush()
    expect([...stored.values()]).toMatchObject([
      {
        url: 'https://shop.example/a?utm_source=letter',
        utm: { source: 'letter' },
        context: { ip: '192.0.2.1', userAgent: 'Browser' },
      },
    ])
  })

  test('a refusal of one purpose holds, and an event may refuse more', async () => {
    const { client, scope, stored, drops } = scopeOf({ consent: { analytics: true, ads: false } })
    scope.capture({ event: 'a', consent: { ads: true } })
    scope.capture({ event: 'b', consent: { analytics: false } })
    await client.flush()
    expect([...stored.values()].map(({ consent }) => consent)).toEqual([{ analytics: true, ads: false }])
    expect(drops.map(({ reason }) => reason)).toEqual(['consent_denied'])
  })

  test.each(['guest', '', undefined, {}])('does not remember a user that was refused: %j', async (id) => {
    const { client, scope, stored, drops } = scopeOf({ userId: 'user_before' })
    Reflect.apply(scope.identify, scope, [id, { traits: { plan: 'pro' } }])
    scope.capture({ event: 'after' })
    await client.flush()
    expect([...stored.values()].map(({ event, userId }) => [event, userId])).toEqual([['after', 'user_before']])
    expect(drops).toHaveLength(1)
    expect(scope.userId).toBe('user_before')
  })

  test('remembers a number as text', async () => {
    const { client, scope, stored } = scopeOf()
    scope.identify(42)
    scope.capture({ event: 'after' })
    await client.flush()
    expect([...stored.values()].map(({ userId }) => userId)).toEqual(['42', '42'])
    expect(scope.userId).toBe('42')
  })
})

test('milliseconds are a time', async () => {
  const { client, stored } = harness()
  client.capture({ event: 'a', ...VISITOR, timestamp: Date.UTC(2024, 1, 29, 12) })
  client.capture({ event: 'b', ...VISITOR, timestamp: '2024-02-29T12:00:00Z' })
  await client.flush()
  expect(new Set([...stored.values()].map(({ timestamp }) => timestamp))).toEqual(new Set(['2024-02-29T12:00:00.000Z']))
})

test.each(['constructor', 'toString', '__proto__'])('an event named %s is one like any other', (event) => {
  const { client, errors } = harness()
  client.capture({ event, ...VISITOR })
  expect(errors).toEqual([])
  expect(client.stats().pending).toBe(1)
})
