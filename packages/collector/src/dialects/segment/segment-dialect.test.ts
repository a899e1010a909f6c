import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { KEYS } from '../../../test/collector-setup.ts'
import { answerOf, dialectCollector, VISITOR } from '../../../test/dialect-setup.ts'
import { basic, call, success, track } from '../../../test/segment-setup.ts'

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
