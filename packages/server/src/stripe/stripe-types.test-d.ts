// Compiled twice: against the newest `stripe` package, and by test/stripe-oldest against the oldest one that is supported.
import type Stripe from 'stripe'
import { test } from 'vitest'
import type { WebhookClient } from '../webhooks/record.ts'
import { checkoutIdentity, stripeMetadata } from './checkout-identity.ts'
import { fromStripe } from './from-stripe.ts'
import type { CheckoutVisitor } from './metadata.ts'
import { stripeIntake } from './stripe-intake.ts'
import { stripeWebhook } from './stripe-webhook.ts'

declare const visitor: CheckoutVisitor
declare const client: WebhookClient
declare const stripe: Stripe
declare const event: Stripe.Event

test('an event of the package is taken', () => {
  fromStripe(event)
  // @ts-expect-error an event is more than its object
  fromStripe({ id: 'cs_1', object: 'checkout.session' })
})

test('a webhook hands over the events that the package verified', () => {
  stripeWebhook({ client, stripe, secret: 's', onEvent: ({ id, type }: Stripe.Event) => void [id, type] })
  // @ts-expect-error the package verifies events, no orders
  stripeWebhook({ client, stripe, secret: 's', onEvent: (order: { readonly cents: number }) => void order })
  stripeIntake({ client })
})

test('what checkoutIdentity returns are the parameters of sessions.create, whole', () => {
  stripe.checkout.sessions.create(
    checkoutIdentity(
      visitor,
      {
        mode: 'payment',
        line_items: [{ price: 'price_1', quantity: 1 }],
        success_url: 'https://shop.example/thanks',
        cancel_url: 'https://shop.example/',
        payment_method_types: ['card'],
        invoice_creation: { enabled: true, invoice_data: { description: 'Order 8841' } },
        payment_intent_data: { capture_method: 'manual' },
        metadata: { order: '8841' },
      },
      { plan: 'pro', billingInterval: 'month' },
    ),
  )
  const params = checkoutIdentity(visitor, {
    mode: 'subscription',
    line_items: [{ price: 'price_1', quantity: 1 }],
    success_url: 'https://shop.example/thanks',
    cancel_url: 'https://shop.example/',
    subscription_data: { trial_period_days: 14, metadata: { seats: '3' } },
  })
  stripe.checkout.sessions.create(params)
  const days: number = params.subscription_data.trial_period_days
  void days
  // @ts-expect-error what Stripe does not take is still found
  stripe.checkout.sessions.create(checkoutIdentity(visitor, { mode: 'payment', success_url: 1, cancel_url: '' }))
})

test('metadata is taken wherever Stripe takes some', () => {
  const metadata = stripeMetadata(visitor, { plan: 'pro' })
  stripe.paymentIntents.create({ amount: 1, currency: 'usd', metadata })
  stripe.subscriptions.create({ customer: 'cus_1', items: [], metadata })
})
