import { createWebhook, type WebhookHandler, type WebhookOptions } from '../webhooks/webhook.ts'
import type { FromStripeOptions } from './capture.ts'
import { fromStripeAsync, type UserLookup } from './from-stripe.ts'
import type { StripeEvent } from './stripe-event.ts'
import { isSignedThinEvent, isThinEvent, readJson } from './thin-event.ts'

/** What `stripeWebhook` and `stripeIntake` have in common. */
export interface StripeCaptureOptions<Event extends StripeEvent>
  extends Omit<FromStripeOptions, 'onUnreadable'>,
    Pick<WebhookOptions<StripeEvent>, 'client' | 'timeoutMs' | 'onError'> {
  /** Who a Stripe customer is in your app, asked where the metadata names no user. */
  readonly userOf?: ((customerId: string) => ReturnType<UserLookup> | Promise<ReturnType<UserLookup>>) | undefined
  /**
   * Called with every verified event before it is captured, for the app's own work. A throw makes Stripe, or your queue,
   * deliver again.
   */
  readonly onEvent?: ((event: Event) => void | Promise<void>) | undefined
}

export interface StripeWebhookOptions<Event extends StripeEvent> extends StripeCaptureOptions<Event> {
  /** Your Stripe client; only its signature check is used. */
  readonly stripe: {
    readonly webhooks: { constructEventAsync(body: string, header: string, secret: string): Promise<Event> }
  }
  /** The signing secret of this endpoint, `whsec_…`. White space around it is taken off. */
  readonly secret: string
}

/**
 * A handler for Stripe's webhooks: verifies with the official `stripe` package (version 11 or later), captures, waits for
 * delivery, and answers so that Stripe delivers again what was not recorded. See {@link createWebhook} for the answers.
 *
 * Thin events (`v2.core.event`) say only where to look something up: with a right signature they are answered with 200 and
 * captured as nothing.
 *
 * It needs the body as it was sent: mount it before, or outside of, anything that parses bodies.
 */
export function stripeWebhook<Event extends StripeEvent>(options: StripeWebhookOptions<Event>): WebhookHandler {
  const { stripe } = options
  const secret = options.secret.trim()
  return createWebhook<Event | 'thin'>({
    client: options.client,
    timeoutMs: options.timeoutMs,
    onError: options.onError,
    async verify({ body, headers }) {
      const header = headers.get('stripe-signature') ?? ''
      if (!isThinEvent(readJson(body))) return stripe.webhooks.constructEventAsync(body, header, secret)
      return (await isSignedThinEvent({ body, header, secret })) ? 'thin' : undefined
    },
    captures: (event) => (event === 'thin' ? [] : capturesOf(event, options)),
  })
}

/** What an event becomes, after the app's own work. */
export async function capturesOf<Event extends StripeEvent>(event: Event, options: StripeCaptureOptions<Event>) {
  const { onEvent, onError, ...translation } = options
  await onEvent?.(event)
  const capture = await fromStripeAsync(event, { ...translation, onUnreadable: onError })
  return capture ? [capture] : []
}
