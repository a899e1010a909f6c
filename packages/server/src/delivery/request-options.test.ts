import { millimetric, threadline } from '@threadline/destinations'
import { MockAgent } from 'undici'
import { describe, expect, onTestFinished, test } from 'vitest'
import { harness, response } from '../../test/harness.ts'
import type { ServerClientOptions } from '../client/options.ts'
import { createServerClient as createEdgeClient } from '../runtimes/edge.ts'
import { createServerClient } from '../runtimes/node.ts'

const NATIVE = { key: 'sk_test', host: 'https://collector.test' }
const STORED = { stored: 1, duplicates: [], invalid: [] }
const EVENT = { event: 'a', userId: 'user_42' }

/** What one request looked like. */
async function sentWith(options: ServerClientOptions) {
  const sent: { headers: object; gzip: boolean }[] = []
  const { client } = harness({
    ...options,
    transport({ headers, gzip }) {
      sent.push({ headers, gzip })
      return Promise.resolve(response(200, STORED))
    },
  })
  client.capture({ ...EVENT, properties: { text: 'x'.repeat(2_000) } })
  await client.flush()
  return sent[0]
}

describe('headers', () => {
  test('go with every request, below what the destination sets', async () => {
    const sent = await sentWith({ headers: { 'X-Gateway': ' key_1\n', authorization: 'Bearer other' } })
    expect(sent?.headers).toEqual({
      'content-type': 'application/json',
      authorization: 'Bearer sk_test',
      'x-gateway': 'key_1',
    })
  })

  test.each([
    ['a name that is none', { 'x gateway': 'a' }, 'is no name of a header'],
    ['a value of two lines', { 'x-gateway': 'hunter2\r\nx: y' }, 'x-gateway must be printable'],
    ['a value that is no text', { 'x-gateway': 1 as never }, 'x-gateway must be printable'],
  ])('refuse %s, and do not repeat the value', (_name, headers, message) => {
    expect(() => createServerClient({ ...NATIVE, headers })).toThrow(message)
    expect(() => createServerClient({ ...NATIVE, headers })).not.toThrow('hunter2')
  })

  test('are not told to several destinations', () => {
    const destinations = [threadline(NATIVE), millimetric({ key: 'sk_mm' })]
    expect(() => createServerClient({ destinations, headers: { 'x-gateway': 'a' } })).toThrow(
      'each of the destinations',
    )
    expect(createServerClient({ destinations: destinations.slice(0, 1), headers: { 'x-gateway': 'a' } })).toBeDefined()
  })
})

test.each([
  [undefined, true],
  [true, true],
  [false, false],
])('gzip: %s', async (gzip, compressed) => {
  expect((await sentWith({ gzip }))?.gzip).toBe(compressed)
})

describe('a dispatcher', () => {
  test('carries the requests', async () => {
    const dispatcher = new MockAgent()
    dispatcher.disableNetConnect()
    onTestFinished(() => dispatcher.close())
    dispatcher.get(NATIVE.host).intercept({ path: '/v1/batch', method: 'POST' }).reply(200, STORED)
    const client = createServerClient({ ...NATIVE, dispatcher })
    client.capture(EVENT)
    expect(await client.flush()).toMatchObject({ delivered: 1 })
    dispatcher.assertNoPendingInterceptors()
  })

  test('and authorities are for Node, and for its own transport', () => {
    const dispatcher = new MockAgent()
    for (const options of [{ dispatcher }, { ca: 'pem' }]) {
      expect(() => createEdgeClient({ ...NATIVE, ...options })).toThrow('work on Node only')
      const transport = () => Promise.resolve(response(200))
      expect(() => createServerClient({ ...NATIVE, ...options, transport })).toThrow('leave out transport')
    }
  })
})
