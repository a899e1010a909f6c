import { describe, expect, test } from 'vitest'
import { KEYS, testCollector } from '../../../test/collector-setup.ts'
import { answerOf, type DialectCollector, dialectCollector } from '../../../test/dialect-setup.ts'
import { basic, call, success, track } from '../../../test/segment-setup.ts'

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

  test('of a page works from its origins', async () => {
    const { post } = await dialectCollector()
    const from = (key: string, origin: string) => post('/v1/t', call, basic(key, { origin }))
    expect((await from(KEYS.limited, 'https://shop.example')).status).toBe(200)
    expect((await from(KEYS.limited, 'https://evil.example')).status).toBe(403)
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
    expect((await post('/v1/t', call, basic('wk-server', { origin }))).status).toBe(403)
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
