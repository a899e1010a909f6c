import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { harness, response } from '../../test/harness.ts'
import { createServerClient } from '../runtimes/node.ts'
import type { ServerClient } from './server-client.ts'

const USER = { userId: 'user_42' }
const HOST = 'https://events.example.com'

/** What the console and the network see. */
function surroundings() {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const post = vi.spyOn(globalThis, 'fetch')
  onTestFinished(() => {
    warn.mockRestore()
    post.mockRestore()
  })
  return { warn, post }
}

async function callEverything(client: ServerClient): Promise<unknown[]> {
  client.capture({ event: 'a', ...USER })
  client.capture({ event: 'a' })
  client.identify('user_42', { traits: { plan: 'pro' } })
  client.alias('visitor_1', USER)
  client.group('acme', USER)
  const scope = client.scope({ headers: { cookie: 'tl_id=visitor_12345' } })
  scope.capture({ event: 'b' })
  return [
    scope.anonymousId,
    (await client.captureNow({ event: 'a', ...USER })).kind,
    await client.flush(),
    await client.backfill([{ event: 'a', ...USER }]),
    (await client.shutdown()).pending,
    client.stats().pending,
  ]
}

const NOTHING = { delivered: 0, duplicates: 0, dropped: 0 }
const NOTHING_DONE = ['visitor_12345', 'dropped', NOTHING, { ...NOTHING, read: 0 }, 0, 0]

describe('a client without a key', () => {
  test.each([
    { key: '', host: HOST },
    { key: ' \n', host: HOST },
    { key: undefined, host: HOST },
    { host: HOST },
    { key: '', host: '' },
    { key: undefined },
  ])('does nothing but warn once, at its first use: %j', async (options) => {
    const { warn } = surroundings()
    const client = createServerClient(options)
    expect(warn).not.toHaveBeenCalled()
    expect(await callEverything(client)).toEqual(NOTHING_DONE)
    expect(warn.mock.calls).toEqual([[expect.stringContaining('key is blank, so nothing is captured')]])
  })

  test('tells the hook, where there is one', () => {
    const { warn } = surroundings()
    const errors: string[] = []
    const client = createServerClient({ key: '', host: HOST, onError: ({ code }) => errors.push(code) })
    for (let time = 0; time < 3; time += 1) client.capture({ event: 'a', ...USER })
    expect([errors, warn.mock.calls]).toEqual([['invalid_config'], []])
  })

  test('is no excuse for other mistakes', () => {
    expect(() => createServerClient({})).toThrow('give either key and host')
    expect(() => createServerClient({ key: 'sk_1', host: '' })).toThrow('host is required')
  })
})

test('enabled: false does nothing and says nothing, with or without a key', async () => {
  const { warn } = surroundings()
  for (const key of ['', 'sk_test']) {
    expect(await callEverything(createServerClient({ enabled: false, key, host: HOST }))).toEqual(NOTHING_DONE)
  }
  expect(warn).not.toHaveBeenCalled()
})

describe('alias and group', () => {
  test('on the client and on a scope', async () => {
    const { client, stored } = harness()
    client.alias('visitor_1', USER)
    client.group(7, { anonymousId: 'visitor_12345', traits: { plan: 'pro' }, eventId: 'group_1' })
    const scope = client.scope({ headers: {} }, { anonymousId: 'visitor_12345', userId: 'user_42' })
    scope.alias('visitor_2')
    scope.group('acme', { traits: { seats: 3 } })
    await client.flush()
    const both = { anonymousId: 'visitor_12345', ...USER }
    expect([...stored.values()]).toMatchObject([
      { event: '$alias', ...USER, properties: { previousId: 'visitor_1' } },
      {
        event: '$group',
        anonymousId: 'visitor_12345',
        eventId: 'group_1',
        properties: { groupId: '7', traits: { plan: 'pro' } },
      },
      { event: '$alias', ...both, properties: { previousId: 'visitor_2' } },
      { event: '$group', ...both, properties: { groupId: 'acme', traits: { seats: 3 } } },
    ])
  })

  test.each(['', undefined, null, 'guest', {}])('refuse what is no id: %j', (id) => {
    const { client, drops } = harness({ transport: () => Promise.resolve(response(200)) })
    Reflect.apply(client.alias, client, [id, USER])
    Reflect.apply(client.group, client, [id, USER])
    client.capture({ event: '$group', ...USER })
    expect(drops.map(({ reason }) => reason)).toEqual(['invalid_id', 'invalid_id', 'invalid_id'])
  })
})
