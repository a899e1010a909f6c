import {
  charge,
  dispute,
  intent,
  invoice,
  invoicePayment,
  items,
  price,
  refund,
  session,
} from '../../packages/server/test/stripe-fixtures.ts'
import type { Cast, Fields } from './story.ts'

export const by = ({ visitor, user }: Cast) => ({ tl_id: visitor, tl_user: user })
export const asVisitor = ({ visitor }: Cast) => ({ tl_id: visitor })

/** Ids of Stripe's are letters and digits. */
export const id = (kind: string, run: string, number = 1) => `${kind}_${run}x${number}00000000`

/**
 * A payment by an intent that the app made: the intent, its charge, and what both say of the payer. Stripe sends
 * `charge.succeeded` as well as `payment_intent.succeeded`, so every story has both. Source: stripe/stripe-cli#212.
 */
export function payment(cast: Cast, fields: Fields, number = 1): { readonly intent: Fields; readonly charge: Fields } {
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

export const givenBack = (cast: Cast, number: number, fields: Fields) =>
  refund({
    id: id('re', cast.run, number),
    charge: id('ch', cast.run),
    payment_intent: id('pi', cast.run),
    ...fields,
  })

export const disputed = (cast: Cast, status: string) =>
  dispute({
    id: id('dp', cast.run),
    charge: id('ch', cast.run),
    payment_intent: id('pi', cast.run),
    amount: 4_900,
    status,
  })

export const own = (cast: Cast, fields: Fields = {}) => payment(cast, { metadata: by(cast), ...fields })

export const checkout = (cast: Cast, fields: Fields = {}) =>
  session({
    id: id('cs', cast.run),
    payment_intent: id('pi', cast.run),
    amount_total: 4_900,
    customer: id('cus', cast.run),
    client_reference_id: cast.visitor,
    metadata: by(cast),
    ...fields,
  })

export const monthly = (plan: string, amount: number, fields: Fields = {}) =>
  items(price(plan, { unit_amount: amount, ...fields }))

/** One paid invoice of a subscription and the three other webhooks that tell of its payment. */
export function paidInvoice(
  cast: Cast,
  number: number,
  { at, amount, ...fields }: { at: number; amount: number } & Fields,
) {
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
