import type { TrackEvent } from '@threadline/schema'
import { expect, test } from 'vitest'
import { harness } from '../../test/harness.ts'
import type { ServerClientOptions } from '../client/options.ts'
import { scrub } from './scrub.ts'

const USER = { userId: 'user_42' }

/** The one event that is stored of a capture, or why none is. */
async function stored(input: object, options: ServerClientOptions = { onCapture: scrub }) {
  const { client, ...collector } = harness(options)
  Reflect.apply(client.capture, client, [{ event: 'tested', ...USER, ...input }])
  await client.flush()
  return [...collector.stored.values()][0] ?? collector.drops[0]
}

test('removes addresses and card numbers from what is captured on a server', async () => {
  const text = 'jo@example.com paid with 4111 1111 1111 1111'
  const url = 'https://example.com/?email=jo%40example.com&x=1'
  expect(await stored({ url, properties: { list: [{ text }] } })).toMatchObject({
    ...USER,
    url: 'https://example.com/?email=[removed]&x=1',
    properties: { list: [{ text: '[removed] paid with [removed]' }] },
  })
})

test.each([
  [
    'an Error',
    { cause: new TypeError('no account for jo@example.com') },
    '{"name":"TypeError","message":"no account for [removed]"}',
  ],
  ['a Map', { cause: new Map([['jo@example.com', 1]]) }, '{"[removed]":1}'],
  ['a Set', { cause: new Set(['jo@example.com']) }, '["[removed]"]'],
  [
    'a class instance',
    {
      cause: new (class {
        by = 'jo@example.com'
      })(),
    },
    '{"by":"[removed]"}',
  ],
  ['an object with toJSON', { cause: { toJSON: () => 'by jo@example.com' } }, '"by [removed]"'],
  ['text beside a bigint', { cause: 'by jo@example.com', count: 9_007_199_254_740_993n }, '"by [removed]"'],
])('sees %s as it travels', async (_name, properties, cause) => {
  const event = await stored({ properties })
  expect(event).toMatchObject({ properties: { cause: JSON.parse(cause) } })
  if ('count' in properties) expect(event).toMatchObject({ properties: { count: '9007199254740993' } })
})

test('an event that it cannot look into is dropped, not sent as it is', async () => {
  expect(await stored({ properties: { mail: 'jo@example.com', late: Promise.resolve() } })).toMatchObject({
    reason: 'hook_failed',
    message: expect.stringContaining('properties.late is a promise'),
  })
})

test('stands among other hooks, and on events of scopes', async () => {
  const add = (event: TrackEvent) => ({ ...event, title: 'for jo@example.com' })
  const { client, ...collector } = harness({ onCapture: [add, scrub] })
  client.scope({ headers: {} }, USER).capture({ event: 'tested', properties: { mail: 'jo@example.com' } })
  await client.flush()
  expect([...collector.stored.values()]).toMatchObject([{ title: 'for [removed]', properties: { mail: '[removed]' } }])
})

test('identify, alias and group keep what they were called with', async () => {
  const { client, ...collector } = harness({ onCapture: scrub })
  client.alias('jo@example.com', USER)
  client.group('team@example.com', USER)
  client.identify('jo@example.com', { traits: { email: 'jo@example.com' } })
  await client.flush()
  expect([...collector.stored.values()]).toMatchObject([
    { properties: { previousId: 'jo@example.com' } },
    { properties: { groupId: 'team@example.com' } },
    { userId: 'jo@example.com', traits: { email: 'jo@example.com' } },
  ])
})
