import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PostgresServer, postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import {
  charge,
  DAY,
  delivery,
  dispute,
  intent,
  invoice,
  invoicePayment,
  refund,
  session,
  subscription,
} from '../../packages/server/test/stripe-fixtures.ts'
import { createRandom, shuffled } from './orders.ts'
import { openShop, type Shop } from './shop.ts'

type Webhook = readonly [type: string, object: { readonly [name: string]: unknown }]

const no = { tl_consent: 'denied' }
const nobody = { metadata: {} }

/** Each in a shop where the visitor has refused: one object carries the no, all others know nothing of it. */
const REFUSALS: readonly { readonly name: string; readonly webhooks: readonly Webhook[] }[] = [
  {
    name: 'a checkout carries it, its intent, charge, refund and dispute do not',
    webhooks: [
      ['checkout.session.completed', session({ metadata: no, customer_details: { email: 'ada@example.com' } })],
      ['payment_intent.succeeded', intent(nobody)],
      ['charge.succeeded', charge({ ...nobody, amount_refunded: 0 })],
      ['refund.created', refund()],
      ['charge.dispute.created', dispute()],
    ],
  },
  {
    name: 'a subscription carries it, the checkout and what pays for it do not',
    webhooks: [
      ['customer.subscription.created', subscription({ metadata: no })],
      [
        'checkout.session.completed',
        session({
          ...nobody,
          client_reference_id: null,
          mode: 'subscription',
          payment_intent: null,
          subscription: 'sub_1',
          invoice: 'in_1',
        }),
      ],
      ['invoice.paid', invoice({ parent: { subscription_details: { subscription: 'sub_1', metadata: {} } } })],
      ['invoice_payment.paid', invoicePayment()],
      ['payment_intent.succeeded', intent({ ...nobody, amount: 2_900, amount_received: 2_900 })],
      ['charge.refunded', charge(nobody)],
    ],
  },
  {
    name: 'a checkout carries it, the subscription that it began and its renewals do not',
    webhooks: [
      [
        'checkout.session.completed',
        session({ metadata: no, mode: 'subscription', payment_intent: null, subscription: 'sub_1', invoice: 'in_0' }),
      ],
      ['customer.subscription.created', subscription(nobody)],
      ['invoice.paid', invoice({ parent: { subscription_details: { subscription: 'sub_1', metadata: {} } } })],
      ['invoice_payment.paid', invoicePayment()],
      ['payment_intent.succeeded', intent({ ...nobody, amount: 2_900, amount_received: 2_900 })],
      ['customer.subscription.deleted', subscription({ ...nobody, status: 'canceled', ended_at: DAY })],
    ],
  },
]
const ORDERS = 12

const cases = REFUSALS.map((refusal, index) => ({ ...refusal, seed: index + 1, prefix: `refused${index}` }))
const projects = cases.flatMap(({ prefix }) => Array.from({ length: ORDERS }, (_, order) => `${prefix}x${order}`))

const missing = postgresMissing()

describe.each([
  { engine: 'DuckDB', absent: undefined },
  { engine: 'PostgreSQL', absent: missing },
])('on $engine, nothing is kept of what a visitor refused, in whatever order it is told', ({ engine, absent }) => {
  describe.skipIf(absent)(absent ?? 'here', () => {
    let server: PostgresServer | undefined
    let shop: Shop
    beforeAll(async () => {
      server = engine === 'PostgreSQL' ? await startPostgres() : undefined
      shop = await openShop(projects, await server?.createDatabase())
    }, 60_000)
    afterAll(async () => {
      await shop?.close()
      await server?.stop()
    }, 60_000)

    test.each(cases)(
      '$name',
      async ({ webhooks, seed, prefix }) => {
        const random = createRandom(seed)
        for (let order = 0; order < ORDERS; order += 1) {
          const project = `${prefix}x${order}`
          const told = order === 0 ? webhooks : shuffled(webhooks, random)
          // The last few at once: they share the collector's transactions.
          for (const webhook of told.slice(0, 2)) await post(project, webhook)
          await Promise.all(told.slice(2).map((webhook) => post(project, webhook)))
          expect(await read(project, '/v1/people'), project).toMatchObject({ people: [] })
          const { revenue } = await read<{ revenue: unknown[] }>(
            project,
            '/v1/reports/revenue?from=2026-01-01&to=2026-12-31',
          )
          expect(revenue, project).toEqual([])
          expect(await read(project, '/v1/reports/mrr'), project).toMatchObject({ plans: [] })
        }
      },
      120_000,
    )

    async function post(project: string, [type, object]: Webhook): Promise<void> {
      const { body, signature } = delivery(type, object, { id: `evt_${project}_${type}` })
      const headers = { 'stripe-signature': signature }
      const answer = await fetch(`${shop.url}/${project}`, { method: 'POST', body, headers })
      expect(answer.status).toBe(200)
    }

    async function read<Answer>(project: string, path: string): Promise<Answer> {
      const headers = { authorization: `Bearer rk_${project}_0001` }
      const answer = await fetch(new URL(path, shop.collectorUrl), { headers })
      expect(answer.status).toBe(200)
      return await answer.json()
    }
  })
})
