import { DAY, intent, invoice, subscription } from '../../packages/server/test/stripe-fixtures.ts'
import { REFUND_STORIES } from './refund-stories.ts'
import type { Cast, Fields, Story, Webhook } from './story.ts'
import { asVisitor, by, checkout, givenBack, id, monthly, own, paidInvoice, payment } from './webhooks.ts'

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
  ...REFUND_STORIES,
]
