import { createHmac, randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { nodeCommand, startApp } from './app-process.ts'
import { describeKit } from './kit-contract.ts'
import { startTestCollector } from './test-collector.ts'

const FASTIFY = { example: 'fastify', ...nodeCommand('server.ts') }

describeKit('Fastify', FASTIFY)

test('a webhook with the signature of its bytes is captured by Fastify, and no other', async () => {
  const collector = await startTestCollector()
  onTestFinished(() => collector.close())
  const app = await startApp({ ...FASTIFY, env: { ...collector.env, SHOP_WEBHOOK_SECRET: 'shared' } })
  onTestFinished(() => app.stop())
  const customer = `user_${randomUUID()}`
  // Parsed and written again it would have other bytes.
  const body = `{ "id": "1",  "customer": "${customer}", "cents": 4900, "currency": "USD" }`
  const post = (signed: string) =>
    fetch(new URL('/webhooks/shop', app.origin), {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-signature': createHmac('sha256', 'shared').update(signed).digest('hex'),
      },
    })
  expect((await post(`${body} `)).status).toBe(400)
  expect((await post(body)).status).toBe(200)
  const { events } = await collector.timelineWhere(customer, (timeline) => timeline.events.length > 0)
  expect(events.map(({ event }) => [event.event, event.value])).toEqual([['purchase', 4900]])
})
