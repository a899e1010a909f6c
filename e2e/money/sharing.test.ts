import { expect, test } from 'vitest'
import { DAY, delivery, intent, invoice, session, subscription } from '../../packages/server/test/stripe-fixtures.ts'
import { describeShop, describeShopOnPostgres } from './describe-shop.ts'
import { createRandom, ordersOf } from './orders.ts'
import type { Shop } from './shop.ts'
import type { Cast, Fields, Webhook } from './story.ts'
import { asVisitor, by, givenBack, id, monthly } from './webhooks.ts'

/** Two people who pay as one: by a customer, or by an e-mail address. */
interface Pair {
  readonly run: string
  readonly first: Cast
  readonly second: Cast
}

interface Sharing {
  readonly name: string
  readonly project: string
  /** What one of them does. Only their checkout names them. */
  readonly webhooks: (cast: Cast, pair: Pair) => readonly Webhook[]
  readonly personOf: (cast: Cast) => string
  /** What each of them comes to. */
  readonly amount: number
  readonly refunded: number
  readonly monthly: number
  readonly events: number
}

const BEGIN = Date.UTC(2026, 0, 5)

/** Of all pairs, those of whom one is erased. */
const ERASED = 24

const nobody = { metadata: {}, client_reference_id: null }

const bought = (cast: Cast, named: Fields, payer: Fields): readonly Webhook[] => [
  {
    type: 'checkout.session.completed',
    at: 2,
    object: session({
      ...nobody,
      id: id('cs', cast.run),
      payment_intent: id('pi', cast.run),
      amount_total: 4_900,
      ...payer,
      ...named,
    }),
  },
  {
    type: 'payment_intent.succeeded',
    at: 1,
    object: intent({
      ...nobody,
      id: id('pi', cast.run),
      latest_charge: id('ch', cast.run),
      amount: 4_900,
      amount_received: 4_900,
      ...payer,
    }),
  },
  { type: 'refund.created', at: DAY, object: givenBack(cast, 1, { amount: 900 }) },
]

const subscribed = (cast: Cast, { run }: Pair): readonly Webhook[] => {
  const shared = { customer: id('cus', run), subscription: id('sub', cast.run) }
  const details = { subscription_details: { subscription: shared.subscription, metadata: {} } }
  const paid = (number: number, at: number): readonly Webhook[] => [
    {
      type: 'invoice.paid',
      at,
      object: invoice({ id: id('in', cast.run, number), customer: shared.customer, parent: details }),
    },
    {
      type: 'payment_intent.succeeded',
      at,
      object: intent({
        ...nobody,
        id: id('pi', cast.run, number),
        customer: shared.customer,
        latest_charge: id('ch', cast.run, number),
        payment_details: { order_reference: id('in', cast.run, number) },
        amount: 2_900,
        amount_received: 2_900,
      }),
    },
  ]
  const named = { mode: 'subscription', payment_intent: null, amount_total: 2_900, metadata: by(cast) }
  return [
    {
      type: 'checkout.session.completed',
      at: 2,
      object: session({ ...named, ...shared, id: id('cs', cast.run), invoice: id('in', cast.run) }),
    },
    {
      type: 'customer.subscription.created',
      at: 1,
      object: subscription({
        ...nobody,
        id: shared.subscription,
        customer: shared.customer,
        items: monthly(`pro-${cast.run}`, 2_900),
      }),
    },
    ...paid(1, 1),
    ...paid(2, 31 * DAY),
  ]
}

const SHARINGS: readonly Sharing[] = [
  {
    name: 'two users of one customer',
    project: 'users',
    webhooks: (cast, { run }) => bought(cast, { metadata: by(cast) }, { customer: id('cus', run) }),
    personOf: ({ user }) => user,
    amount: 4_000,
    refunded: 900,
    monthly: 0,
    events: 4,
  },
  {
    name: 'two guests of one e-mail address',
    project: 'guests',
    webhooks: (cast, { run }) => {
      const address = `${run}@shop.example`
      const payer = { customer: null, customer_details: { email: address }, receipt_email: address }
      return bought(cast, { client_reference_id: cast.visitor, metadata: asVisitor(cast) }, payer)
    },
    personOf: ({ visitor }) => visitor,
    amount: 4_000,
    refunded: 900,
    monthly: 0,
    events: 4,
  },
  {
    name: 'two subscriptions of one customer',
    project: 'subscribers',
    webhooks: subscribed,
    personOf: ({ user }) => user,
    amount: 5_800,
    refunded: 0,
    monthly: 2_900,
    events: 7,
  },
]

function castOf(run: string): Cast {
  return { run, visitor: `visitor-${run}-0001`, user: `user-${run}`, email: `${run}@shop.example` }
}

function pairOf(index: number): Pair {
  return { run: `p${index}`, first: castOf(`p${index}a`), second: castOf(`p${index}b`) }
}

/** Reads and writes of one project of the shop. */
function createClient({ collectorUrl }: Shop, project: string) {
  const headers = (kind: 'rk' | 'sk') => ({
    authorization: `Bearer ${kind}_${project}_0001`,
    'content-type': 'application/json',
  })
  return {
    async read(path: string) {
      const answer = await fetch(new URL(path, collectorUrl), { headers: headers('rk') })
      return { status: answer.status, body: Object(await answer.json()) }
    },
    async post(path: string, body: object) {
      const answer = await fetch(new URL(path, collectorUrl), {
        method: 'POST',
        headers: headers('sk'),
        body: JSON.stringify(body),
      })
      expect([path, answer.status]).toEqual([path, 200])
    },
  }
}

async function inGroups<T>(items: readonly T[], size: number, work: (group: readonly T[]) => Promise<unknown>) {
  for (let from = 0; from < items.length; from += size) await work(items.slice(from, from + size))
}

async function play(shop: Shop, { project, webhooks, personOf, ...one }: Sharing, most: number): Promise<void> {
  const client = createClient(shop, project)
  const places = pairOf(0)
  const told = [...webhooks(places.first, places), ...webhooks(places.second, places)]
  const orders = ordersOf([...told.keys()], createRandom(1)).slice(0, most)
  const pairs = orders.map((_, index) => pairOf(index))
  const casts = pairs.flatMap(({ first, second }) => [first, second])

  // Everybody comes by a campaign of their own: revenue is told by it, and so whose it is.
  await inGroups(casts, 500, (group) =>
    client.post('/v1/batch', {
      sentAt: new Date().toISOString(),
      events: group.map(({ run, visitor, user }) => ({
        event: '$pageview',
        eventId: `landing-${run}`,
        anonymousId: visitor,
        ...(personOf(castOf(run)) === user && { userId: user }),
        timestamp: new Date(BEGIN - 1_000).toISOString(),
        utm: { source: run },
      })),
    }),
  )
  await inGroups([...orders.entries()], 64, (group) =>
    Promise.all(
      group.map(async ([index, order]) => {
        const pair = pairOf(index)
        const own = [...webhooks(pair.first, pair), ...webhooks(pair.second, pair)]
        for (const place of order) await tell(shop, project, { webhook: own[place], id: `evt_${pair.run}_${place}` })
      }),
    ),
  )

  const expectEach = async (left: readonly Cast[]) => {
    const { body } = await client.read('/v1/reports/revenue?from=2026-01-01&to=2026-12-31')
    const sums = new Map<string, { amount: number; refunded: number; unmatched: number }>()
    for (const { source, amount, refunded, unmatched } of body.revenue) {
      const sum = sums.get(source) ?? { amount: 0, refunded: 0, unmatched: 0 }
      sums.set(source, {
        amount: sum.amount + amount,
        refunded: sum.refunded + refunded,
        unmatched: sum.unmatched + unmatched,
      })
    }
    const { amount, refunded } = one
    expect(Object.fromEntries(sums)).toEqual(
      Object.fromEntries(left.map(({ run }) => [run, { amount, refunded, unmatched: 0 }])),
    )
    const { body: report } = await client.read('/v1/reports/stages')
    const stages: readonly { readonly stage: string; readonly people: number }[] = report.stages
    expect(stages.filter(({ people }) => people > 0)).toEqual([{ stage: 'customer', people: left.length }])
    const { body: mrr } = await client.read('/v1/reports/mrr')
    const plans: readonly { readonly monthly: number }[] = mrr.plans
    expect(plans.map((plan) => plan.monthly)).toEqual(one.monthly === 0 ? [] : left.map(() => one.monthly))
    for (const cast of left.filter((_, index) => index % 41 === 0)) {
      const person = personOf(cast)
      const { body: profile } = await client.read(`/v1/people/${person}`)
      expect([person, profile.stage, profile.events]).toEqual([person, 'customer', one.events])
      const { body: timeline } = await client.read(`/v1/people/${person}/timeline`)
      expect([person, timeline.events.length]).toEqual([person, one.events])
    }
  }

  await expectEach(casts)
  const every = Math.ceil(pairs.length / ERASED)
  const erased = pairs.filter((_, index) => index % every === 0).map(({ first }) => first)
  await client.post('/v1/erasures', { ids: erased.map(personOf) })
  await expectEach(casts.filter((cast) => !erased.includes(cast)))
  for (const cast of erased.slice(0, 3)) {
    expect((await client.read(`/v1/people/${personOf(cast)}`)).status).toBe(404)
  }
}

async function tell(shop: Shop, project: string, told: { readonly webhook: Webhook | undefined; readonly id: string }) {
  const { webhook, id: eventId } = told
  if (!webhook) throw new Error(`no webhook for ${eventId}`)
  const { type, object, at } = webhook
  const { body, signature } = delivery(type, object, { id: eventId, created: BEGIN / 1_000 + at })
  const answer = await fetch(`${shop.url}/${project}`, {
    method: 'POST',
    body,
    headers: { 'stripe-signature': signature },
  })
  expect([answer.status, await answer.json()]).toMatchObject([200, { dropped: [] }])
}

const projects = SHARINGS.map(({ project }) => project)

describeShop(
  'of two people who pay as one, each keeps their own in every order, and when the other is erased',
  projects,
  (shop) => {
    test.each(SHARINGS)('$name', (sharing) => play(shop(), sharing, Number.POSITIVE_INFINITY), 300_000)
  },
)

/** Every order takes PostgreSQL minutes. */
const ORDERS_ON_POSTGRES = 24

describeShopOnPostgres('the same on PostgreSQL', projects, (shop) => {
  test.each(SHARINGS)('$name', (sharing) => play(shop(), sharing, ORDERS_ON_POSTGRES), 300_000)
})
