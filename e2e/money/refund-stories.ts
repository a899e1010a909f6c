import { DAY } from '../../packages/server/test/stripe-fixtures.ts'
import type { Fields, Story, Webhook } from './story.ts'
import { asVisitor, disputed, givenBack, own } from './webhooks.ts'

/** What a charge says when one of its refunds was given: the sum so far. */
const back = (charge: Fields, { at, before, total }: { at: number; before: number; total: number }): Webhook => ({
  type: 'charge.refunded',
  at,
  object: { ...charge, amount_refunded: total },
  before: { amount_refunded: before },
})

const SEVERAL_CAPTURES = { card: { multicapture: { status: 'available' } } }

/** Lives of payments of which money goes back, or never came. */
export const REFUND_STORIES: readonly Story[] = [
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
  {
    name: 'a refund that fails and is given again within the same second',
    person: 'user',
    stage: 'customer',
    money: { currency: 'USD', amount: 4_000, refunded: 900 },
    // Nothing else tells of the payment, and of a refund alone it is said that its payment was never seen.
    required: ['payment_intent.succeeded'],
    webhooks: (cast) => {
      const paid = own(cast)
      return [
        { type: 'payment_intent.succeeded', at: 0, object: paid.intent },
        { type: 'refund.created', at: DAY, object: givenBack(cast, 1, { amount: 900 }) },
        back(paid.charge, { at: DAY, before: 0, total: 900 }),
        { type: 'refund.failed', at: 3 * DAY, object: givenBack(cast, 1, { amount: 900, status: 'failed' }) },
        { type: 'refund.created', at: 3 * DAY, object: givenBack(cast, 2, { amount: 900 }) },
        back(paid.charge, { at: 3 * DAY, before: 0, total: 900 }),
      ]
    },
  },
  {
    name: 'a capture in part whose rest Stripe releases as a refund, and a refund of the same amount',
    person: 'user',
    stage: 'customer',
    apiVersion: '2025-02-24.acacia',
    money: { currency: 'USD', amount: 1_000, refunded: 2_000 },
    webhooks: (cast) => {
      const paid = own(cast, { amount: 5_000 })
      const part = { ...paid.charge, amount_captured: 3_000 }
      return [
        { type: 'payment_intent.succeeded', at: 1, object: { ...paid.intent, amount_received: 3_000 } },
        { type: 'refund.created', at: 1, object: givenBack(cast, 1, { amount: 2_000 }) },
        back(part, { at: 1, before: 0, total: 2_000 }),
        { type: 'refund.created', at: DAY, object: givenBack(cast, 2, { amount: 2_000 }) },
        back(part, { at: DAY, before: 2_000, total: 4_000 }),
      ]
    },
    required: ['payment_intent.succeeded'],
  },
  {
    name: 'an authorisation that is voided, which Stripe calls a refund',
    person: 'visitor',
    stage: 'visitor',
    apiVersion: '2025-02-24.acacia',
    money: null,
    // Without it nothing tells that there was no payment.
    required: ['charge.refunded'],
    webhooks: (cast) => {
      const { charge: held } = own(cast, { amount: 5_000, metadata: asVisitor(cast) })
      const uncaptured = { ...held, captured: false, amount_captured: 0 }
      return [
        { type: 'charge.succeeded', at: 0, object: uncaptured },
        { type: 'refund.created', at: DAY, object: givenBack(cast, 1, { amount: 5_000 }) },
        back(uncaptured, { at: DAY, before: 0, total: 5_000 }),
      ]
    },
  },
  {
    name: 'several captures of one intent, and a refund',
    person: 'user',
    stage: 'customer',
    money: { currency: 'USD', amount: 4_100, refunded: 900 },
    webhooks: (cast) => {
      const paid = own(cast, { amount: 5_000, payment_method_details: SEVERAL_CAPTURES })
      const captured = (type: string, before: number, amount_captured: number, at: number): Webhook => ({
        type,
        at,
        object: { ...paid.charge, amount_captured },
        before: { amount_captured: before },
      })
      return [
        captured('charge.captured', 0, 2_000, 1),
        captured('charge.updated', 2_000, 3_500, 2),
        captured('charge.captured', 3_500, 5_000, 3),
        { type: 'payment_intent.succeeded', at: 3, object: paid.intent },
        { type: 'refund.created', at: DAY, object: givenBack(cast, 1, { amount: 900 }) },
        back({ ...paid.charge, amount_captured: 5_000 }, { at: DAY, before: 0, total: 900 }),
      ]
    },
  },
]
