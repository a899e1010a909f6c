import type Stripe from 'stripe'
import { createWebhook, type WebhookHandler, type WebhookOptions } from '../webhooks/webhook.ts'
import type { FromStripeOptions } from './capture.ts'
import { fromStripeAsync, type UserLookup } from './from-stripe.ts'

export interface StripeWebhookOptions
  extends FromStripeOptions,
    Pick<WebhookOptions<Stripe.Event>, 'client' | 'timeoutMs' | 'onError'> {
  /** Your Stripe client; only its signature check is used. */
  readonly stripe: Pick<Stripe, 'webhooks'>
  /** The signing secret of this endpoint, `whsec_…`. White space around it is taken off. */
  readonly secret: string
  /** Who a Stripe customer is in your app, asked where the metadata names no user. */
  readonly userOf?: ((customerId: string) => ReturnType<UserLookup> | Promise<ReturnType<UserLookup>>) | undefined
  /**
   * Called with every verified event before it is captured, for the app's own work. A throw is answered with 500, so
   * that Stripe delivers again.
   */
  readonly onEvent?: ((event: Stripe.Event) => void | Promise<void>) | undefined
}

/**
 * A handler for Stripe's webhooks: verifies with the official `stripe` package, captures, waits for delivery, and answers
 * so that Stripe delivers again what was not recorded. See {@link createWebhook} for the answers.
 *
 * It needs the body as it was sent: mount it before, or outside of, anything that parses bodies.
 */
export function stripeWebhook(options: StripeWebhookOptions): WebhookHandler {
  const { stripe, onEvent } = options
  const secret = options.secret.trim()
  return createWebhook({
    ...options,
    verify({ body, headers }) {
      return stripe.webhooks.constructEventAsync(body, headers.get('stripe-signature') ?? '', secret)
    },
    async captures(event: Stripe.Event) {
      await onEvent?.(event)
      const capture = await fromStripeAsync(event, options)
      return capture ? [capture] : []
    },
  })
}
