import { type CheckoutFacts, type CheckoutVisitor, mergeMetadata, type StripeMetadata, toMetadata } from './metadata.ts'
import { objectAt, valueAt } from './stripe-event.ts'

/** Parameters of a Checkout Session, of any version of the `stripe` package. */
export interface CheckoutParams {
  readonly mode?: 'payment' | 'setup' | 'subscription' | undefined
  readonly client_reference_id?: string | undefined
  readonly metadata?: unknown
  readonly subscription_data?: object | undefined
  readonly payment_intent_data?: object | undefined
  readonly invoice_creation?: object | undefined
}

/** What Stripe takes in the address of a Payment Link. It drops anything else without a word. */
const LINK_REFERENCE = /^[\w-]{1,200}$/

/**
 * Parameters of a Stripe Checkout Session that carry the visitor: the caller's own, whole, with metadata and
 * `client_reference_id` added. The metadata also goes where renewals (`subscription_data`), refunds
 * (`payment_intent_data`) and invoices (`invoice_creation`) will find it. Metadata and a reference of the caller's own
 * stay; only keys that begin with `tl_` are ours, and of these an earlier visitor's do not. Where metadata of yours leaves no room in Stripe's 50
 * keys, what matters least is left out: session, interval, plan; then the user and the visitor. A refusal replaces one of yours
 * if it must.
 *
 * @param visitor - A request's scope, or what `identityFrom` returned.
 *
 * @example
 * ```ts
 * await stripe.checkout.sessions.create(
 *   checkoutIdentity(
 *     track,
 *     {
 *       mode: 'subscription',
 *       line_items: [{ price: 'price_pro_month', quantity: 1 }],
 *       success_url: 'https://shop.example/thanks',
 *       subscription_data: { trial_period_days: 14 },
 *     },
 *     { plan: 'pro', billingInterval: 'month' },
 *   ),
 * )
 * ```
 */
export function checkoutIdentity<Params extends CheckoutParams>(
  visitor: CheckoutVisitor,
  params: Params,
  facts: CheckoutFacts = {},
): Params {
  const metadata = toMetadata(visitor, facts)
  const reference = visitor.consent?.analytics === false ? undefined : visitor.anonymousId
  const { mode, invoice_creation } = params
  return {
    ...params,
    ...(reference && params.client_reference_id === undefined && { client_reference_id: reference }),
    ...merged(params, metadata),
    ...(mode === 'subscription' && { subscription_data: merged(params.subscription_data, metadata) }),
    ...(mode === 'payment' && { payment_intent_data: merged(params.payment_intent_data, metadata) }),
    ...(valueAt(invoice_creation, 'enabled') === true && {
      invoice_creation: {
        ...invoice_creation,
        invoice_data: merged(objectAt(invoice_creation, 'invoice_data'), metadata),
      },
    }),
  }
}

/**
 * The metadata alone, for Payment Intents, subscriptions and invoices that you create yourself.
 *
 * @example
 * ```ts
 * await stripe.paymentIntents.create({ amount: 4_900, currency: 'usd', metadata: stripeMetadata(track) })
 * ```
 */
export function stripeMetadata(visitor: CheckoutVisitor, facts: CheckoutFacts = {}): StripeMetadata {
  return toMetadata(visitor, facts)
}

/** An empty text, which Stripe takes for "none", has no members. */
function merged(target: object | undefined, metadata: StripeMetadata) {
  return { ...target, metadata: mergeMetadata(objectAt(target, 'metadata'), metadata) }
}

/**
 * A Payment Link's address with the visitor's id in it. Only the visitor's id fits: put plan and interval into the
 * link's own metadata, as `tl_plan` and `tl_interval`.
 *
 * The address comes back unchanged for a visitor without an id, who refused, or whose id has characters that Stripe does
 * not take there (`.` and `:`, never in ids that Threadline made).
 *
 * @throws TypeError when `link` is no address.
 */
export function paymentLinkUrl(link: string, { anonymousId, consent }: CheckoutVisitor): string {
  const url = new URL(link)
  if (anonymousId && LINK_REFERENCE.test(anonymousId) && consent?.analytics !== false) {
    url.searchParams.set('client_reference_id', anonymousId)
  }
  return url.href
}
