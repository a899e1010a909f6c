import { captureCheckoutFinished, type ServerClient } from '@threadline/server'
import { Hono } from 'hono'
import Stripe from 'stripe'
import type { Accounts } from './accounts.ts'

/** Stripe waits about ten seconds for an answer; this leaves time to give one. */
const FLUSH_TIMEOUT_MS = 5_000

export interface StripeWebhookOptions {
  readonly accounts: Accounts
  readonly client: ServerClient
  readonly webhookSecret: string
}

/**
 * `POST /stripe`: takes Stripe's events, refuses what Stripe did not sign, and captures paid checkouts.
 *
 * A payment counts once although its webhook may arrive many times: one payment has one Stripe event id, every
 * delivery repeats it, and it is the tracked event's `eventId`, by which the collector knows a duplicate. So the
 * answer can be honest: 503 until the collector has the event, and Stripe delivers again.
 */
export function createStripeWebhook({ accounts, client, webhookSecret }: StripeWebhookOptions): Hono {
  const webhooks = new Hono()

  webhooks.post('/stripe', async (c) => {
    const event = verified(await c.req.text(), c.req.header('stripe-signature') ?? '', webhookSecret)
    if (!event) return c.json({ error: { message: 'The signature does not match.' } }, 400)
    if (event.type !== 'checkout.session.completed' || event.data.object.payment_status !== 'paid') {
      return c.json({ ignored: event.id })
    }
    accounts.markPaid(event.data.object.id)
    capturePayment(client, event)
    try {
      await client.flush({ timeoutMs: FLUSH_TIMEOUT_MS })
    } catch {
      return c.json({ error: { message: 'Not recorded yet; please deliver again.' } }, 503)
    }
    return c.json({ recorded: event.id })
  })

  return webhooks
}

/** The event in `body`, or undefined when Stripe did not sign it or too long ago. */
function verified(body: string, signature: string, secret: string): Stripe.Event | undefined {
  try {
    return Stripe.webhooks.constructEvent(body, signature, secret)
  } catch {
    return undefined
  }
}

function capturePayment(client: ServerClient, event: Stripe.CheckoutSessionCompletedEvent): void {
  const session = event.data.object
  captureCheckoutFinished(client, {
    eventId: `stripe:${event.id}`,
    userId: session.metadata?.['user_id'],
    anonymousId: session.client_reference_id,
    value: session.amount_total ?? 0,
    currency: (session.currency ?? '').toUpperCase(),
    timestamp: paidAt(event),
    properties: {
      checkout_id: session.id,
      plan: session.metadata?.['plan'],
      payment_type: 'subscription',
      billing_interval: 'month',
    },
  })
}

/** Stripe rounds down to the second. The end of that second keeps the payment after the steps that led to it. */
function paidAt(event: Stripe.Event): string {
  return new Date(Math.min(Date.now(), event.created * 1000 + 999)).toISOString()
}
