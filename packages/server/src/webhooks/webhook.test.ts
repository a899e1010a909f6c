import { createHmac } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { harness, response } from '../../test/harness.ts'
import { verifyHmac } from './verify-hmac.ts'
import { createWebhook } from './webhook.ts'

const SECRET = 'shared with the sender'

interface Order {
  readonly id: string
  readonly cents: number
}

const sign = (body: string) => createHmac('sha256', SECRET).update(body).digest('hex')

const post = (body: string, signature = sign(body)) =>
  new Request('https://shop.example/webhooks/orders', { method: 'POST', headers: { 'x-signature': signature }, body })

function setup(options: Parameters<typeof harness>[0] = {}) {
  const backend = harness(options)
  const errors: unknown[] = []
  const handle = createWebhook<Order>({
    client: backend.client,
    timeoutMs: 1_000,
    maxBodyBytes: 10_000,
    onError: (error) => errors.push(error),
    verify: async ({ body, headers }) =>
      (await verifyHmac({ secret: SECRET, payload: body, signature: headers.get('x-signature') }))
        ? JSON.parse(body)
        : undefined,
    captures: ({ id, cents }) => [
      { event: 'purchase', eventId: `order:${id}`, userId: 'user_42', value: cents, currency: 'EUR', properties: {} },
    ],
  })
  return { ...backend, backend, handle, webhookErrors: errors }
}

const ORDER = JSON.stringify({ id: '8841', cents: 4_990 })

describe('createWebhook', () => {
  test('answers 200 once the event is delivered', async () => {
    const { handle, stored } = setup()
    const answer = await handle(post(ORDER))
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ received: 1, dropped: [] })
    expect([...stored.values()]).toMatchObject([{ event: 'purchase', eventId: 'order:8841', value: 4_990 }])
  })

  test('three deliveries at once count once', async () => {
    const { handle, stored } = setup()
    const answers = await Promise.all([handle(post(ORDER)), handle(post(ORDER)), handle(post(ORDER))])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(stored.size).toBe(1)
  })

  test('a wrong signature is 400 and captures nothing', async () => {
    const { handle, requests } = setup()
    expect((await handle(post(ORDER, sign(`${ORDER} `)))).status).toBe(400)
    expect(await handle(post(ORDER, 'zz'))).toMatchObject({ status: 400 })
    expect(await handle(post(ORDER, ''))).toMatchObject({ status: 400 })
    expect(requests).toEqual([])
  })

  test('a signature check that throws is 400, and reported', async () => {
    const { handle, webhookErrors, requests } = setup()
    expect((await handle(post('no JSON'))).status).toBe(400)
    expect(webhookErrors).toEqual([expect.any(SyntaxError)])
    expect(requests).toEqual([])
  })

  test('a flush that fails is 503, and the next delivery of the webhook succeeds and counts once', async () => {
    const { handle, backend, clock, stored, requests } = setup()
    const works = backend.answer
    backend.answer = () => Promise.resolve(response(503))
    const first = handle(post(ORDER))
    await vi.waitFor(() => expect(requests).toHaveLength(1))
    await clock.advance(2_000)
    expect((await first).status).toBe(503)
    expect(stored.size).toBe(0)

    backend.answer = works
    expect((await handle(post(ORDER))).status).toBe(200)
    await backend.client.flush()
    expect(stored.size).toBe(1)
  })

  test('an event that is refused for good is 200, and says why', async () => {
    const { handle, drops } = setup()
    const answer = await handle(post(JSON.stringify({ id: '1', cents: 49.9 })))
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ received: 1, dropped: ['invalid_value'] })
    expect(drops).toMatchObject([{ reason: 'invalid_value' }])
  })

  test('in strict mode the same is 500: a developer is watching', async () => {
    const { handle } = setup({ strict: true })
    expect((await handle(post(JSON.stringify({ id: '1', cents: 49.9 })))).status).toBe(500)
  })

  test('a client that was shut down takes nothing: 503', async () => {
    const { handle, client } = setup()
    await client.shutdown()
    expect((await handle(post(ORDER))).status).toBe(503)
  })

  test('a throw in captures is 500 without its message', async () => {
    const { client } = setup()
    const handle = createWebhook({
      client,
      verify: () => ({}),
      captures: () => {
        throw new Error('password: hunter2')
      },
    })
    const answer = await handle(post(ORDER))
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('hunter2')
  })

  test('a body over the limit is 413, announced or not', async () => {
    const { handle } = setup()
    const large = 'x'.repeat(10_001)
    expect((await handle(post(large))).status).toBe(413)
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(4_000))
      },
    })
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' }
    expect((await handle(new Request('https://shop.example/', init))).status).toBe(413)
  })

  test('only posts are webhooks', async () => {
    const { handle } = setup()
    expect((await handle(new Request('https://shop.example/webhooks'))).status).toBe(405)
  })
})

describe('verifyHmac', () => {
  const payload = 'ts:1|{"id":1}'

  test.each([
    ['hex', 'SHA-256', 'sha256'],
    ['hex', 'SHA-512', 'sha512'],
    ['base64', 'SHA-256', 'sha256'],
    ['base64', 'SHA-384', 'sha384'],
  ] as const)('%s of %s', async (encoding, hash, name) => {
    const signature = createHmac(name, SECRET).update(payload).digest(encoding)
    expect(await verifyHmac({ secret: SECRET, payload, signature, encoding, hash })).toBe(true)
    expect(await verifyHmac({ secret: SECRET, payload: `${payload} `, signature, encoding, hash })).toBe(false)
    expect(await verifyHmac({ secret: 'another', payload, signature, encoding, hash })).toBe(false)
  })

  test('an empty secret matches nothing', async () => {
    const signature = createHmac('sha256', '').update(payload).digest('hex')
    expect(await verifyHmac({ secret: '', payload, signature })).toBe(false)
  })

  test.each([null, undefined, '', 'abc', 'zz', '=='])('no signature at all: %s', async (signature) => {
    expect(await verifyHmac({ secret: SECRET, payload, signature })).toBe(false)
    expect(await verifyHmac({ secret: SECRET, payload, signature, encoding: 'base64' })).toBe(false)
  })
})
