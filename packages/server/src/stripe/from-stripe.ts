import { type Billing, isUsableId } from '@threadline/schema'
import type { Draft, ForgetPayment, FromStripeOptions, StripeCapture } from './capture.ts'
import { invoicePaid, invoicePaymentFailed } from './invoice-events.ts'
import { unclearInvoice } from './nameless-payment.ts'
import {
  chargeSucceeded,
  chargeUpdated,
  checkoutCancelled,
  checkoutFinished,
  intentSucceeded,
  invoicePartPaid,
} from './payment-events.ts'
import { inTestMode, reference, subscriptionIdsOf } from './references.ts'
import { chargeRefunded, disputeTold, paymentVoided, refundTold } from './refund-events.ts'
import { isObject, type StripeEvent, type StripeObject } from './stripe-event.ts'
import { subscriptionTold } from './subscription-events.ts'

/** Who a Stripe customer is in your app; `undefined` when it does not know. */
export type UserLookup = (customerId: string) => string | null | undefined

/** What an event is translated with. */
interface Webhook {
  readonly event: StripeEvent
  readonly object: StripeObject
  readonly before: StripeObject | undefined
  readonly options: FromStripeOptions
}

type Translate = (webhook: Webhook) => Draft | undefined

const subscription: Translate = ({ event: { type, created }, object, before, options }) =>
  subscriptionTold({ subscription: object, before, type, created }, options)

/** A payment that is surely not told by an invoice as well; where invoices are not captured, any. */
function clearly(
  { event, object, options }: Webhook,
  translate: (payment: StripeObject, apiVersion: string) => Draft | undefined,
): Draft | undefined {
  const draft = translate(object, event.api_version ?? '')
  const unclear = draft && options.payments !== 'payment' ? unclearInvoice(event, object) : undefined
  if (unclear === undefined) return draft
  options.onUnreadable?.(new RangeError(`${event.id} (${event.type}) is not captured: ${unclear}`))
  return undefined
}

/** Every type of event that becomes a capture. Endpoints need no other. */
const TRANSLATIONS: { readonly [type: string]: Translate } = {
  'checkout.session.completed': ({ object, options }) => checkoutFinished(object, options),
  'checkout.session.async_payment_succeeded': ({ object, options }) => checkoutFinished(object, options),
  'checkout.session.async_payment_failed': ({ object, options }) =>
    checkoutCancelled(object, 'payment_failed', options),
  'checkout.session.expired': ({ object, options }) => checkoutCancelled(object, 'user_abandoned', options),
  'payment_intent.succeeded': (webhook) => clearly(webhook, intentSucceeded),
  'charge.succeeded': (webhook) => clearly(webhook, chargeSucceeded),
  'charge.captured': (webhook) => clearly(webhook, chargeSucceeded),
  'charge.updated': (webhook) =>
    clearly(webhook, (charge, apiVersion) => chargeUpdated(charge, webhook.before, apiVersion)),
  'charge.expired': ({ object }) => paymentVoided(object),
  'invoice.paid': ({ object, options }) => invoicePaid(object, options),
  'invoice.payment_succeeded': ({ object, options }) => invoicePaid(object, options),
  'invoice.payment_failed': ({ object }) => invoicePaymentFailed(object),
  'invoice_payment.paid': ({ object }) => invoicePartPaid(object),
  'charge.refunded': ({ object, before }) => chargeRefunded(object, before),
  'refund.created': ({ object }) => refundTold(object),
  'refund.updated': ({ object }) => refundTold(object),
  'refund.failed': ({ object }) => refundTold(object),
  'charge.refund.updated': ({ object }) => refundTold(object),
  'charge.dispute.created': ({ event, object }) => disputeTold(object, event.type),
  'charge.dispute.funds_withdrawn': ({ event, object }) => disputeTold(object, event.type),
  'charge.dispute.funds_reinstated': ({ event, object }) => disputeTold(object, event.type),
  'charge.dispute.closed': ({ event, object }) => disputeTold(object, event.type),
  'customer.subscription.created': subscription,
  'customer.subscription.updated': subscription,
  'customer.subscription.paused': subscription,
  'customer.subscription.resumed': subscription,
  'customer.subscription.deleted': subscription,
}

/**
 * Turns a verified webhook event into a typed capture: the event's own time, money in ISO 4217 minor units, the visitor
 * that `checkoutIdentity` put in, and in `billing` the ids by which the collector counts each payment once. `undefined`
 * for anything of no interest. The documentation's Stripe page has the table of what becomes what.
 *
 * What names neither visitor nor user belongs to whom `userOf` finds; failing that to Stripe's customer, to the guest's
 * e-mail address, or to the payment itself, until another webhook says whose that is. So no money is lost.
 *
 * Never throws for what is in an event. An amount that cannot be read exactly is told to `onUnreadable`.
 */
export function fromStripe(
  event: StripeEvent,
  options: FromStripeOptions & { readonly userOf?: UserLookup | undefined } = {},
): StripeCapture | undefined {
  const draft = draftOf(event, options)
  if (!draft || isRefused(draft)) return draft && forgetPayment(event, draft)
  const { customerId, userId } = draft.visitor
  if (userId !== undefined || customerId === undefined) return complete(event, draft, userId)
  return complete(event, draft, usableUser(event, options.userOf?.(customerId), options))
}

/** As {@link fromStripe}, for apps that look their users up asynchronously. */
export async function fromStripeAsync(
  event: StripeEvent,
  options: FromStripeOptions & {
    readonly userOf?: ((customerId: string) => ReturnType<UserLookup> | Promise<ReturnType<UserLookup>>) | undefined
  } = {},
): Promise<StripeCapture | undefined> {
  const draft = draftOf(event, options)
  if (!draft || isRefused(draft)) return draft && forgetPayment(event, draft)
  const { customerId, userId } = draft.visitor
  if (userId !== undefined || customerId === undefined) return complete(event, draft, userId)
  return complete(event, draft, usableUser(event, await options.userOf?.(customerId), options))
}

/** No money is lost to an id that no event may have: it belongs to Stripe's customer then. */
function usableUser(event: StripeEvent, found: unknown, { onUnreadable }: FromStripeOptions): string | undefined {
  if (found === undefined || found === null) return undefined
  if (isUsableId(found)) return found
  const shown = typeof found === 'string' ? `'${found.slice(0, 40)}'` : `the ${typeof found} ${String(found)}`
  onUnreadable?.(
    new RangeError(
      `${event.id} (${event.type}) is captured without a user: userOf returned ${shown}. Return undefined for a customer you do not know`,
    ),
  )
  return undefined
}

function draftOf(event: StripeEvent, options: FromStripeOptions): Draft | undefined {
  const { object, previous_attributes: previous } = event.data
  const translate = Object.hasOwn(TRANSLATIONS, event.type) ? TRANSLATIONS[event.type] : undefined
  if (!translate || !isObject(object)) return undefined
  const draft = translate({ event, object, before: isObject(previous) ? previous : undefined, options })
  if (!draft || isRefused(draft)) return draft
  if (!isWanted(draft, options)) return undefined
  if (draft.unreadable !== undefined) {
    options.onUnreadable?.(
      new RangeError(`${event.id} (${event.type}) is captured without a value: ${draft.unreadable}`),
    )
  }
  return draft
}

/** A service that cannot tell that two events are one payment gets only one kind of them. */
function isWanted({ billing, capture }: Draft, { payments = 'all' }: FromStripeOptions): boolean {
  if (payments === 'all' || billing.toldBy === undefined) return true
  if (payments === 'checkout') return billing.toldBy !== 'payment' && billing.toldBy !== 'capture'
  // An intent and a charge are one event by name and id; a part of an invoice would be a second one.
  return billing.toldBy === payments && (payments !== 'payment' || capture.event === 'purchase')
}

function isRefused({ visitor: { consent } }: Draft): boolean {
  return consent?.analytics === false
}

/**
 * Says of the payment only that it may not be kept: another webhook about it may not know of the refusal, and may have come
 * before. Neither the customer nor an e-mail address is named, since other payments of theirs are another matter.
 */
function forgetPayment(
  event: StripeEvent,
  { billing: { paymentIds }, fact = event.id }: Draft,
): ForgetPayment | undefined {
  const { object } = event.data
  const payerIds = isObject(object) ? subscriptionIdsOf(object) : undefined
  const billing = situated(event, { paymentIds, payerIds })
  const anonymousId = billing.paymentIds?.[0] ?? billing.payerIds?.[0]
  if (anonymousId === undefined) return undefined
  const timestamp = new Date(event.created * 1_000).toISOString()
  return { event: '$forget_payment', eventId: `stripe:${fact}`, timestamp, anonymousId, billing }
}

function complete(event: StripeEvent, draft: Draft, userId: string | undefined): StripeCapture {
  const { billing: known, fact = event.id } = draft
  // What names no payment, as some refunds do, stands for itself.
  const billing = situated(event, { ...known, paymentIds: known.paymentIds ?? [reference(fact)] })
  return {
    ...draft.capture,
    eventId: `stripe:${fact}`,
    timestamp: new Date(event.created * 1_000).toISOString(),
    ...identity(draft, billing, userId),
    billing: situated(event, known),
  }
}

function identity(
  { visitor: { anonymousId, sessionId, email } }: Draft,
  { payerIds, paymentIds }: Billing,
  userId: string | undefined,
): Partial<Pick<StripeCapture, 'anonymousId' | 'userId' | 'sessionId' | 'email'>> {
  const payer = payerIds?.[0] ?? paymentIds?.[0]
  const visitor = anonymousId ?? (userId === undefined ? payer : undefined)
  return {
    ...(visitor && { anonymousId: visitor }),
    ...(userId && { userId }),
    ...(sessionId && { sessionId }),
    ...(email && { email }),
  }
}

/** In the account and the mode of the event. */
function situated({ account, livemode }: StripeEvent, known: Billing): Billing {
  const billing = { ...known, account: account ?? undefined, livemode }
  return present(livemode === false ? inTestMode(billing) : billing)
}

/** Without what is undefined: an event is compared and serialised as it is. */
function present(billing: Billing): Billing {
  return Object.fromEntries(Object.entries(billing).filter(([, value]) => value !== undefined))
}
