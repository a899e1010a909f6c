import type Stripe from 'stripe'
import type { Draft, FromStripeOptions, StripeCapture } from './capture.ts'
import { checkoutFinished, invoicePaid, invoicePaymentFailed, refunded } from './payment-events.ts'
import { subscriptionCreated, subscriptionDeleted, subscriptionUpdated } from './subscription-events.ts'
import type { StripeVisitor } from './visitor.ts'

/** Who a Stripe customer is in your app; `undefined` when it does not know. */
export type UserLookup = (customerId: string) => string | null | undefined

/**
 * Turns a verified webhook event into a typed capture with `eventId` `stripe:<event id>`, the event's own time, money in
 * ISO 4217 minor units, and the visitor that {@link checkoutIdentity} put in. `undefined` for anything of no interest.
 *
 * | Stripe's event | capture |
 * |---|---|
 * | `checkout.session.completed`, `…async_payment_succeeded` | `checkout_finished`; `purchase` for a subscription whose metadata has no interval; none while unpaid |
 * | `invoice.paid` | `subscription_renewed` for a new interval, else `invoice_paid`; none without money, and for the first one (see `firstPayment`) |
 * | `invoice.payment_failed` | `invoice_payment_failed` |
 * | `charge.refunded` | `refunded`, with what this refund gave back |
 * | `customer.subscription.created` | `trial_started` or `subscription_started` |
 * | `customer.subscription.updated` | `trial_ended`, `subscription_started` or `subscription_changed` |
 * | `customer.subscription.deleted` | `trial_ended` or `subscription_cancelled` |
 *
 * Refunds and renewals of what was not bought through `checkoutIdentity` name no visitor. They count for the user that
 * `userOf` finds, and otherwise under Stripe's own customer id, so that no money is lost.
 *
 * @throws RangeError for a currency that ISO 4217 does not know.
 */
export function fromStripe(
  event: Stripe.Event,
  options: FromStripeOptions & { readonly userOf?: UserLookup | undefined } = {},
): StripeCapture | undefined {
  const draft = draftOf(event, options)
  if (!draft) return undefined
  const { customerId, userId } = draft.visitor
  return complete(event, draft, userId ?? (customerId && options.userOf?.(customerId)))
}

/** As {@link fromStripe}, for apps that look their users up asynchronously. */
export async function fromStripeAsync(
  event: Stripe.Event,
  options: FromStripeOptions & {
    readonly userOf?: ((customerId: string) => ReturnType<UserLookup> | Promise<ReturnType<UserLookup>>) | undefined
  } = {},
): Promise<StripeCapture | undefined> {
  const draft = draftOf(event, options)
  if (!draft) return undefined
  const { customerId, userId } = draft.visitor
  return complete(event, draft, userId ?? (customerId && (await options.userOf?.(customerId))))
}

function complete(event: Stripe.Event, { capture, visitor }: Draft, userId: string | null | undefined): StripeCapture {
  return {
    ...capture,
    eventId: `stripe:${event.id}`,
    timestamp: new Date(event.created * 1_000).toISOString(),
    ...identity(visitor, userId ?? undefined),
  }
}

function identity(
  { anonymousId, sessionId, consent, customerId }: StripeVisitor,
  userId: string | undefined,
): Partial<Pick<StripeCapture, 'anonymousId' | 'userId' | 'sessionId' | 'consent'>> {
  const user = userId ?? (anonymousId ? undefined : customerId)
  return {
    ...(anonymousId && { anonymousId }),
    ...(user && { userId: user }),
    ...(sessionId && { sessionId }),
    ...(consent && { consent }),
  }
}

function draftOf(event: Stripe.Event, options: FromStripeOptions): Draft | undefined {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
      return checkoutFinished(event.data.object, options)
    case 'invoice.paid':
      return invoicePaid(event.data.object, options)
    case 'invoice.payment_failed':
      return invoicePaymentFailed(event.data.object)
    case 'charge.refunded':
      return refunded(event.data)
    case 'customer.subscription.created':
      return subscriptionCreated(event.data.object, options)
    case 'customer.subscription.updated':
      return subscriptionUpdated(event.data, options)
    case 'customer.subscription.deleted':
      return subscriptionDeleted(event.data.object, options)
    default:
      return undefined
  }
}
