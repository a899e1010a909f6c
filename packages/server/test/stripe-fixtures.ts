import Stripe from 'stripe'

export const SECRET = 'whsec_test_of_threadline'
export const VISITOR = '019e1c2a-0000-7000-8000-000000000001'
export const SESSION = '019e1c2a-0000-7000-8000-00000000000a'
export const CREATED = Math.floor(Date.parse('2026-03-01T12:00:00.000Z') / 1_000)
export const DAY = 86_400

type Fields = { readonly [name: string]: unknown }

/** A client of the official package that is never connected to anything. */
export const stripe = new Stripe('sk_test_unused')

/** What is around an event's object. */
interface Envelope {
  readonly id?: string
  readonly before?: Fields
  readonly created?: number
  readonly livemode?: boolean
  readonly account?: string
  readonly apiVersion?: string
}

export interface Delivery {
  readonly body: string
  readonly signature: string
}

/** What Stripe would post: the fields of its payloads that are read here, signed as Stripe signs. */
export function delivery(
  type: string,
  object: Fields,
  { id = 'evt_1', before, created = CREATED, livemode = true, account, apiVersion = '2026-03-25' }: Envelope = {},
): Delivery {
  const data = { object, ...(before && { previous_attributes: before }) }
  const body = JSON.stringify({
    id,
    object: 'event',
    api_version: apiVersion,
    created,
    livemode,
    ...(account && { account }),
    type,
    data,
  })
  return { body, signature: Stripe.webhooks.generateTestHeaderString({ payload: body, secret: SECRET }) }
}

/** The same as the official package reads it. */
export function stripeEvent(...fixture: Parameters<typeof delivery>): Stripe.Event {
  const { body, signature } = delivery(...fixture)
  return Stripe.webhooks.constructEvent(body, signature, SECRET)
}

export const carried = { tl_id: VISITOR, tl_user: 'user_42', tl_session: SESSION }

export const session = (fields: Fields = {}): Fields => ({
  id: 'cs_1',
  object: 'checkout.session',
  mode: 'payment',
  payment_status: 'paid',
  amount_total: 4_990,
  currency: 'usd',
  client_reference_id: VISITOR,
  customer: 'cus_1',
  payment_intent: 'pi_1',
  subscription: null,
  metadata: carried,
  ...fields,
})

export const price = (id: string, fields: Fields = {}): Fields => ({
  id,
  object: 'price',
  lookup_key: null,
  nickname: null,
  unit_amount: 2_900,
  recurring: { interval: 'month', interval_count: 1 },
  ...fields,
})

export const items = (...prices: Fields[]): Fields => ({
  object: 'list',
  data: prices.map((entry) => ({ object: 'subscription_item', quantity: 1, price: entry })),
})

export const subscription = (fields: Fields = {}): Fields => ({
  id: 'sub_1',
  object: 'subscription',
  status: 'active',
  customer: 'cus_1',
  currency: 'usd',
  metadata: carried,
  items: items(price('price_pro')),
  trial_start: null,
  trial_end: null,
  ended_at: null,
  cancellation_details: { reason: null },
  ...fields,
})

export const invoice = (fields: Fields = {}): Fields => ({
  id: 'in_1',
  object: 'invoice',
  billing_reason: 'subscription_cycle',
  amount_paid: 2_900,
  amount_due: 2_900,
  attempt_count: 1,
  next_payment_attempt: null,
  currency: 'usd',
  customer: 'cus_1',
  metadata: {},
  parent: { type: 'subscription_details', subscription_details: { subscription: 'sub_1', metadata: carried } },
  lines: { object: 'list', data: [line('price_pro', 31)] },
  ...fields,
})

export const line = (priceId: string, days: number): Fields => ({
  object: 'line_item',
  period: { start: CREATED, end: CREATED + days * DAY },
  pricing: { type: 'price_details', price_details: { price: priceId, product: 'prod_1' } },
})

export const charge = (fields: Fields = {}): Fields => ({
  id: 'ch_1',
  object: 'charge',
  amount: 4_990,
  amount_refunded: 4_990,
  currency: 'usd',
  customer: 'cus_1',
  payment_intent: 'pi_1',
  metadata: carried,
  ...fields,
})

export const intent = (fields: Fields = {}): Fields => ({
  id: 'pi_1',
  object: 'payment_intent',
  amount: 4_990,
  amount_received: 4_990,
  currency: 'usd',
  customer: 'cus_1',
  latest_charge: 'ch_1',
  metadata: carried,
  ...fields,
})

/** What newer API versions link an invoice and its intent by. */
export const invoicePayment = (fields: Fields = {}): Fields => ({
  id: 'inpay_1',
  object: 'invoice_payment',
  amount_paid: 2_900,
  currency: 'usd',
  invoice: 'in_1',
  payment: { type: 'payment_intent', payment_intent: 'pi_1' },
  ...fields,
})

export const refund = (fields: Fields = {}): Fields => ({
  id: 're_1',
  object: 'refund',
  amount: 900,
  currency: 'usd',
  charge: 'ch_1',
  payment_intent: 'pi_1',
  status: 'succeeded',
  ...fields,
})

export const dispute = (fields: Fields = {}): Fields => ({
  id: 'dp_1',
  object: 'dispute',
  amount: 4_990,
  currency: 'usd',
  charge: 'ch_1',
  payment_intent: 'pi_1',
  status: 'needs_response',
  reason: 'fraudulent',
  ...fields,
})
