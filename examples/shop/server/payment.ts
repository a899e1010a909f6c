import Stripe from 'stripe'
import { CURRENCY, PLANS } from '../plans.ts'
import type { Checkout } from './accounts.ts'

export interface SignedWebhook {
  readonly body: string
  /** Value of the `stripe-signature` header. */
  readonly signature: string
}

/**
 * Stands in for Stripe: the `checkout.session.completed` event that it would post after this checkout was paid, signed.
 *
 * Each call gives the same event id, as each delivery by Stripe does.
 */
export function paymentWebhook(checkout: Checkout, secret: string): SignedWebhook {
  const body = JSON.stringify({
    id: checkout.stripeEventId,
    object: 'event',
    type: 'checkout.session.completed',
    created: Math.floor(Date.now() / 1000),
    data: {
      object: {
        id: checkout.id,
        object: 'checkout.session',
        mode: 'subscription',
        payment_status: 'paid',
        amount_total: PLANS[checkout.plan].amount,
        currency: CURRENCY.toLowerCase(),
        client_reference_id: checkout.visitorId,
        metadata: { user_id: checkout.userId, plan: checkout.plan, billing_interval: 'month' },
      },
    },
  })
  return { body, signature: Stripe.webhooks.generateTestHeaderString({ payload: body, secret }) }
}
