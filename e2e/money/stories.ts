import {
  charge,
  DAY,
  dispute,
  intent,
  invoice,
  invoicePayment,
  items,
  price,
  refund,
  session,
  subscription,
} from '../../packages/server/test/stripe-fixtures.ts'

type Fields = { readonly [name: string]: unknown }

/** One webhook of a story, as Stripe would send it. */
export interface Webhook {
  readonly type: string
  readonly object: Fields
  readonly before?: Fields
  /** Seconds after the story began. */
  readonly at: number
}

/** Who lives a story, and by what names: every telling of it has its own. */
export interface Cast {
  /** What ends every id of the telling. */
  readonly run: string
  readonly visitor: string
  readonly user: string
  readonly email: string
}

/** What money there is in the end, by the story's own sums. */
export interface Outcome {
  readonly currency: string
  readonly amount: number
  readonly refunded?: number
}

type Stage = 'visitor' | 'consideration' | 'trial' | 'customer'

/** A life of a payment or a subscription. */
export interface Story {
  readonly name: string
  readonly webhooks: (cast: Cast) => readonly Webhook[]
  /** `null` when no money has moved. `without` is the type of webhook that is not subscribed. */
  readonly money: Outcome | null
  readonly stage: Stage
  /** Another stage than `stage`, where a type of webhook that is not subscribed would have told of it. */
  readonly stageWithout?: (without: string | undefined) => Stage | undefined
  /** What a month of it comes to, where the types that tell of it are subscribed. */
  readonly monthly?: (without: string | undefined) => number
  /** Whom the money belongs to. */
  readonly person: keyof Pick<Cast, 'visitor' | 'user'> | 'guest'
  /** Types of webhooks without which the money is nobody's, or not known: every telling has them. */
  readonly required?: readonly string[]
  readonly account?: string
  readonly livemode?: false
  /** The version that the webhooks are written in; the fixtures' own unless given. */
  readonly apiVersion?: string
}

const by = ({ visitor, user }: Cast) => ({ tl_id: visitor, tl_user: user })
const asVisitor = ({ visitor }: Cast) => ({ tl_id: visitor })

/** Ids of Stripe's are letters and digits. */
const id = (kind: string, run: string, number = 1) => `${kind}_${run}x${number}00000000`

/**
 * A payment by an intent that the app made: the intent, its charge, and what both say of the payer. Stripe sends
 * `charge.succeeded` as well as `payment_intent.succeeded`, so every story has both. Source: stripe/stripe-cli#212.
 */
function payment(cast: Cast, fields: Fields, number = 1): { readonly intent: Fields; readonly charge: Fields } {
  const { amount = 4_900, ...rest } = fields
  const shared = { customer: id('cus', cast.run), ...rest }
  return {
    intent: intent({
      ...shared,
      id: id('pi', cast.run, number),
      latest_charge: id('ch', cast.run, number),
      amount,
      amount_received: amount,
    }),
    charge: charge({
      ...shared,
      id: id('ch', cast.run, number),
      payment_intent: id('pi', cast.run, number),
      payment_details: null,
      amount,
      amount_captured: amount,
      amount_refunded: 0,
      captured: true,
    }),
  }
}

const givenBack = (cast: Cast, number: number, fields: Fields) =>
  refund({
    id: id('re', cast.run, number),
    charge: id('ch', cast.run),
    payment_intent: id('pi', cast.run),
    ...fields,
  })

const disputed = (cast: Cast, status: string) =>
  dispute({
    id: id('dp', cast.run),
    charge: id('ch', cast.run),
    payment_intent: id('pi', cast.run),
    amount: 4_900,
    status,
  })

const own = (cast: Cast, fields: Fields = {}) => payment(cast, { metadata: by(cast), ...fields })

/** A paid checkout of a currency whose amounts Stripe writes in its own way. */
function checkoutIn(currency: string, stripeAmount: number, amount: number): Story {
  return {
    name: `a checkout in ${currency.toUpperCase()}`,
    person: 'user',
    stage: 'customer',
    money: { currency: currency.toUpperCase(), amount },
    webhooks: (cast) => {
      const paid = own(cast, { amount: stripeAmount, currency })
      return [
        { type: 'checkout.session.completed', at: 1, object: checkout(cast, { amount_total: stripeAmount, currency }) },
        { type: 'payment_intent.succeeded', at: 0, object: paid.intent },
        { type: 'charge.succeeded', at: 0, object: paid.charge },
      ]
    },
  }
}

const checkout = (cast: Cast, fields: Fields = {}) =>
  session({
    id: id('cs', cast.run),
    payment_intent: id('pi', cast.run),
    amount_total: 4_900,
    customer: id('cus', cast.run),
    client_reference_id: cast.visitor,
    metadata: by(cast),
    ...fields,
  })

const monthly = (plan: string, amount: number, fields: Fields = {}) =>
  items(price(plan, { unit_amount: amount, ...fields }))

/** One paid invoice of a subscription and the three other webhooks that tell of its payment. */
function paidInvoice(cast: Cast, number: number, { at, amount, ...fields }: { at: number; amount: number } & Fields) {
  const invoiceId = id('in', cast.run, number)
  const paid = payment(cast, { amount, metadata: {}, payment_details: { order_reference: invoiceId } }, number)
  const metadata = by(cast)
  const details = { subscription: id('sub', cast.run), metadata }
  return [
    {
      type: 'invoice.paid',
      at: at + 2,
      object: invoice({
        id: invoiceId,
        customer: id('cus', cast.run),
        amount_paid: amount,
        parent: { subscription_details: details },
        ...fields,
      }),
    },
    { type: 'payment_intent.succeeded', at: at + 1, object: paid.intent },
    { type: 'charge.succeeded', at, object: paid.charge },
    {
      type: 'invoice_payment.paid',
      at: at + 1,
      object: invoicePayment({
        id: id('inpay', cast.run, number),
        invoice: invoiceId,
        amount_paid: amount,
        payment: { type: 'payment_intent', payment_intent: id('pi', cast.run, number) },
      }),
    },
  ]
}

function subscriptionLife(cast: Cast): Webhook[] {
  const base = { id: id('sub', cast.run), customer: id('cus', cast.run), metadata: by(cast) }
  const trial = { trial_start: 0, trial_end: 14 * DAY }
  const pro = monthly(`pro-${cast.run}`, 2_900)
  const team = monthly(`team-${cast.run}`, 9_900)
  const state = (fields: Fields) => subscription({ ...base, ...trial, items: team, ...fields })
  const updated = (at: number, fields: Fields, before: Fields): Webhook => ({
    type: 'customer.subscription.updated',
    at,
    object: state(fields),
    before,
  })
  const unpaid = { id: id('in', cast.run, 3), customer: id('cus', cast.run), amount_paid: 0, amount_due: 9_900 }
  return [
    {
      type: 'checkout.session.completed',
      at: 1,
      object: checkout(cast, {
        mode: 'subscription',
        payment_intent: null,
        payment_status: 'no_payment_required',
        amount_total: 0,
        subscription: base.id,
        invoice: id('in', cast.run, 0),
        metadata: { ...by(cast), tl_plan: 'pro', tl_interval: 'month' },
      }),
    },
    { type: 'customer.subscription.created', at: 0, object: state({ status: 'trialing', items: pro }) },
    updated(14 * DAY, { items: pro }, { status: 'trialing' }),
    ...paidInvoice(cast, 1, { at: 14 * DAY + 3_600, amount: 2_900 }),
    updated(20 * DAY, {}, { items: pro }),
    ...paidInvoice(cast, 2, { at: 20 * DAY, amount: 3_500, billing_reason: 'subscription_update' }),
    {
      type: 'invoice.payment_failed',
      at: 44 * DAY,
      object: invoice({
        ...unpaid,
        parent: { subscription_details: { subscription: base.id, metadata: base.metadata } },
      }),
    },
    updated(44 * DAY, { status: 'past_due' }, { status: 'active' }),
    ...paidInvoice(cast, 3, { at: 46 * DAY, amount: 9_900 }),
    updated(46 * DAY + 5, {}, { status: 'past_due' }),
    updated(
      50 * DAY,
      { cancel_at_period_end: true, cancel_at: 74 * DAY },
      { cancel_at_period_end: false, cancel_at: null },
    ),
  ]
}

export const STORIES: readonly Story[] = [
  {
    name: 'a guest checkout',
    person: 'guest',
    stage: 'customer',
    money: { currency: 'USD', amount: 4_900 },
    webhooks: (cast) => {
      const nobody = { customer: null, metadata: {} }
      const paid = payment(cast, { ...nobody, billing_details: { email: cast.email } })
      return [
        {
          type: 'checkout.session.completed',
          at: 1,
          object: checkout(cast, { ...nobody, client_reference_id: null, customer_details: { email: cast.email } }),
        },
        { type: 'payment_intent.succeeded', at: 0, object: paid.intent },
        { type: 'charge.succeeded', at: 0, object: paid.charge },
      ]
    },
  },
  {
    name: 'a checkout with an invoice, by a visitor',
    person: 'visitor',
    stage: 'customer',
    money: { currency: 'USD', amount: 4_900 },
    webhooks: (cast) => {
      const invoiceId = id('in', cast.run)
      const paid = payment(cast, { metadata: asVisitor(cast), payment_details: { order_reference: invoiceId } })
      return [
        {
          type: 'checkout.session.completed',
          at: 2,
          object: checkout(cast, { invoice: invoiceId, metadata: asVisitor(cast) }),
        },
        {
          type: 'invoice.paid',
          at: 1,
          object: invoice({
            id: invoiceId,
            customer: id('cus', cast.run),
            billing_reason: 'manual',
            amount_paid: 4_900,
            parent: null,
          }),
        },
        { type: 'payment_intent.succeeded', at: 1, object: paid.intent },
        { type: 'charge.succeeded', at: 0, object: paid.charge },
      ]
    },
  },
  {
    name: 'an own intent with two partial refunds',
    person: 'user',
    stage: 'customer',
    money: { currency: 'USD', amount: 2_400, refunded: 2_500 },
    webhooks: (cast) => {
      const paid = own(cast)
      const back = (amount_refunded: number, before: number, at: number): Webhook => ({
        type: 'charge.refunded',
        at,
        object: { ...paid.charge, amount_refunded },
        before: { amount_refunded: before },
      })
      return [
        { type: 'payment_intent.succeeded', at: 1, object: paid.intent },
        { type: 'charge.succeeded', at: 0, object: paid.charge },
        back(1_000, 0, DAY),
        { type: 'refund.created', at: DAY, object: givenBack(cast, 1, { amount: 1_000 }) },
        back(2_500, 1_000, 2 * DAY),
        { type: 'refund.created', at: 2 * DAY, object: givenBack(cast, 2, { amount: 1_500 }) },
      ]
    },
  },
  {
    name: 'an authorisation that is captured in part and then refunded',
    person: 'user',
    stage: 'customer',
    money: { currency: 'USD', amount: 2_000, refunded: 1_000 },
    webhooks: (cast) => {
      const paid = own(cast, { amount: 5_000 })
      const part = { ...paid.charge, amount_captured: 3_000 }
      const refunded = (amount_refunded: number, before: number, at: number): Webhook => ({
        type: 'charge.refunded',
        at,
        object: { ...part, amount_refunded },
        before: { amount_refunded: before },
      })
      return [
        { type: 'payment_intent.succeeded', at: 1, object: { ...paid.intent, amount_received: 3_000 } },
        { type: 'charge.captured', at: 1, object: { ...part, amount_refunded: 2_000 } },
        refunded(2_000, 0, 1),
        refunded(3_000, 2_000, DAY),
        { type: 'refund.created', at: DAY, object: givenBack(cast, 1, { amount: 1_000 }) },
      ]
    },
  },
  {
    name: 'an authorisation that is voided',
    person: 'visitor',
    stage: 'visitor',
    money: null,
    webhooks: (cast) => {
      const { charge: held } = own(cast, { amount: 5_000, metadata: asVisitor(cast) })
      const uncaptured = { ...held, captured: false, amount_captured: 0 }
      return [
        { type: 'charge.succeeded', at: 0, object: uncaptured },
        { type: 'charge.refunded', at: DAY, object: { ...uncaptured, amount_refunded: 5_000 } },
      ]
    },
  },
  {
    name: 'a checkout whose payment is captured later, the visitor in its reference alone',
    person: 'visitor',
    stage: 'customer',
    required: ['checkout.session.completed', 'payment_intent.succeeded'],
    money: { currency: 'USD', amount: 4_900 },
    webhooks: (cast) => {
      const paid = payment(cast, { metadata: {} })
      const unpaid = checkout(cast, { payment_status: 'unpaid', metadata: {} })
      return [
        { type: 'checkout.session.completed', at: 0, object: unpaid },
        { type: 'charge.succeeded', at: 0, object: { ...paid.charge, captured: false, amount_captured: 0 } },
        { type: 'payment_intent.succeeded', at: DAY, object: paid.intent },
      ]
    },
  },
  {
    name: 'a refund that fails',
    person: 'user',
    stage: 'customer',
    money: { currency: 'USD', amount: 4_900 },
    webhooks: (cast) => {
      const paid = own(cast)
      const failed = givenBack(cast, 1, { amount: 900, status: 'failed' })
      return [
        { type: 'charge.succeeded', at: 0, object: paid.charge },
        { type: 'payment_intent.succeeded', at: 0, object: paid.intent },
        { type: 'refund.created', at: DAY, object: givenBack(cast, 1, { amount: 900 }) },
        {
          type: 'charge.refunded',
          at: DAY,
          object: { ...paid.charge, amount_refunded: 900 },
          before: { amount_refunded: 0 },
        },
        { type: 'refund.failed', at: 3 * DAY, object: failed },
        { type: 'charge.refund.updated', at: 3 * DAY, object: failed },
      ]
    },
  },
  {
    name: 'a refund that fails and is given again',
    person: 'user',
    stage: 'customer',
    money: { currency: 'USD', amount: 4_000, refunded: 900 },
    webhooks: (cast) => {
      const paid = own(cast)
      const sum = (at: number): Webhook => ({
        type: 'charge.refunded',
        at,
        object: { ...paid.charge, amount_refunded: 900 },
        before: { amount_refunded: 0 },
      })
      return [
        { type: 'charge.succeeded', at: 0, object: paid.charge },
        { type: 'payment_intent.succeeded', at: 0, object: paid.intent },
        { type: 'refund.created', at: DAY, object: givenBack(cast, 1, { amount: 900 }) },
        sum(DAY),
        { type: 'refund.failed', at: 3 * DAY, object: givenBack(cast, 1, { amount: 900, status: 'failed' }) },
        { type: 'refund.created', at: 4 * DAY, object: givenBack(cast, 2, { amount: 900 }) },
        sum(4 * DAY),
      ]
    },
  },
  {
    name: 'a subscription that is downgraded and downgraded again within a second',
    person: 'user',
    stage: 'trial',
    stageWithout: (without) => (without === 'customer.subscription.created' ? 'consideration' : undefined),
    money: null,
    monthly: (without) => (without === 'customer.subscription.updated' ? 9_900 : 2_900),
    webhooks: (cast) => {
      const base = { id: id('sub', cast.run), customer: id('cus', cast.run), metadata: by(cast) }
      const plan = (amount: number) => monthly(`pro-${cast.run}`, amount)
      const changed = (was: number, is: number): Webhook => ({
        type: 'customer.subscription.updated',
        at: DAY,
        object: subscription({ ...base, items: plan(is) }),
        before: { items: plan(was) },
      })
      return [
        { type: 'customer.subscription.created', at: 0, object: subscription({ ...base, items: plan(9_900) }) },
        changed(9_900, 4_900),
        changed(4_900, 2_900),
      ]
    },
  },
  {
    name: 'a subscription with a trial, an upgrade, a proration, a failed and recovered payment, and a scheduled end',
    person: 'user',
    stage: 'customer',
    money: { currency: 'USD', amount: 16_300 },
    monthly: (without) => (without === 'customer.subscription.updated' ? 0 : 9_900),
    webhooks: subscriptionLife,
  },
  {
    name: 'a renewal in an API version before 2025-03-31',
    person: 'user',
    stage: 'customer',
    money: { currency: 'USD', amount: 2_900 },
    webhooks: (cast) => {
      const invoiceId = id('in', cast.run)
      const paid = payment(cast, { amount: 2_900, metadata: {}, invoice: invoiceId })
      return [
        {
          type: 'invoice.paid',
          at: 1,
          object: invoice({
            id: invoiceId,
            customer: id('cus', cast.run),
            parent: undefined,
            subscription: id('sub', cast.run),
            payment_intent: id('pi', cast.run),
            charge: id('ch', cast.run),
          }),
        },
        { type: 'payment_intent.succeeded', at: 1, object: paid.intent },
        { type: 'charge.succeeded', at: 0, object: paid.charge },
        {
          type: 'customer.subscription.updated',
          at: 1,
          object: subscription({
            id: id('sub', cast.run),
            customer: id('cus', cast.run),
            metadata: by(cast),
            status: 'paused',
          }),
          before: { status: 'active' },
        },
        {
          type: 'customer.subscription.paused',
          at: 1,
          object: subscription({
            id: id('sub', cast.run),
            customer: id('cus', cast.run),
            metadata: by(cast),
            status: 'paused',
          }),
        },
      ]
    },
  },
  {
    name: 'a subscription and its renewal in an API version whose intents name no invoice',
    person: 'user',
    stage: 'customer',
    apiVersion: '2025-09-30.clover',
    // Only the invoice says whose a renewal is: `invoice_payment.paid` names no customer.
    required: ['invoice.paid'],
    money: { currency: 'USD', amount: 5_800 },
    webhooks: (cast) => {
      const bought = checkout(cast, {
        mode: 'subscription',
        payment_intent: null,
        amount_total: 2_900,
        subscription: id('sub', cast.run),
        invoice: id('in', cast.run),
        metadata: { ...by(cast), tl_plan: 'pro', tl_interval: 'month' },
      })
      const nameless = (webhook: Webhook): Webhook => ({
        ...webhook,
        object: { ...webhook.object, payment_details: undefined },
      })
      return [
        { type: 'checkout.session.completed', at: 3, object: bought },
        ...paidInvoice(cast, 1, { at: 0, amount: 2_900, billing_reason: 'subscription_create' }).map(nameless),
        ...paidInvoice(cast, 2, { at: 31 * DAY, amount: 2_900 }).map(nameless),
      ]
    },
  },
  {
    name: 'an asynchronous payment that fails',
    person: 'visitor',
    stage: 'visitor',
    money: null,
    webhooks: (cast) => {
      const unpaid = checkout(cast, { payment_status: 'unpaid', metadata: asVisitor(cast) })
      return [
        { type: 'checkout.session.completed', at: 0, object: unpaid },
        {
          type: 'payment_intent.payment_failed',
          at: DAY,
          object: intent({ id: id('pi', cast.run), amount_received: 0 }),
        },
        { type: 'checkout.session.async_payment_failed', at: DAY, object: unpaid },
      ]
    },
  },
  {
    name: 'a dispute that is lost',
    person: 'user',
    stage: 'customer',
    money: { currency: 'USD', amount: 0, refunded: 4_900 },
    webhooks: (cast) => [
      { type: 'payment_intent.succeeded', at: 0, object: own(cast).intent },
      { type: 'charge.succeeded', at: 0, object: own(cast).charge },
      { type: 'charge.dispute.created', at: DAY, object: disputed(cast, 'needs_response') },
      { type: 'charge.dispute.funds_withdrawn', at: DAY, object: disputed(cast, 'needs_response') },
      { type: 'charge.dispute.closed', at: 9 * DAY, object: disputed(cast, 'lost') },
    ],
  },
  {
    name: 'a dispute that is won',
    person: 'user',
    stage: 'customer',
    money: { currency: 'USD', amount: 4_900 },
    webhooks: (cast) => [
      { type: 'payment_intent.succeeded', at: 0, object: own(cast).intent },
      { type: 'charge.succeeded', at: 0, object: own(cast).charge },
      { type: 'charge.dispute.created', at: DAY, object: disputed(cast, 'needs_response') },
      { type: 'charge.dispute.closed', at: 9 * DAY, object: disputed(cast, 'won') },
      { type: 'charge.dispute.funds_reinstated', at: 9 * DAY, object: disputed(cast, 'won') },
    ],
  },
  checkoutIn('usd', 4_900, 4_900),
  checkoutIn('jpy', 500, 500),
  checkoutIn('kwd', 5_120, 5_120),
  checkoutIn('isk', 50_000, 500),
  checkoutIn('ugx', 50_000, 500),
  {
    name: 'a payment to a connected account',
    person: 'user',
    stage: 'customer',
    account: 'acct_1',
    money: { currency: 'USD', amount: 4_000, refunded: 900 },
    webhooks: (cast) => [
      { type: 'payment_intent.succeeded', at: 0, object: own(cast).intent },
      { type: 'charge.succeeded', at: 0, object: own(cast).charge },
      { type: 'refund.created', at: DAY, object: givenBack(cast, 1, { amount: 900 }) },
      {
        type: 'charge.refunded',
        at: DAY,
        object: { ...own(cast).charge, amount_refunded: 900 },
        before: { amount_refunded: 0 },
      },
    ],
  },
  {
    name: 'a payment in test mode',
    person: 'user',
    stage: 'consideration',
    livemode: false,
    money: { currency: 'USD', amount: 4_900 },
    webhooks: (cast) => [
      { type: 'payment_intent.succeeded', at: 0, object: own(cast).intent },
      { type: 'charge.succeeded', at: 0, object: own(cast).charge },
    ],
  },
]
