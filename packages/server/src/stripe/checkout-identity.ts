import { type CheckoutFacts, type CheckoutVisitor, type StripeMetadata, toMetadata } from './metadata.ts'

export interface CheckoutIdentityOptions extends CheckoutFacts {
  /**
   * The `mode` of the Checkout Session. With it, the metadata also goes where renewals (`subscription`) or refunds
   * (`payment`) will find it; Stripe refuses the parameter of the other mode.
   */
  readonly mode?: 'payment' | 'subscription' | undefined
}

/** Parameters of a Checkout Session that carry the visitor. */
export interface CheckoutIdentity {
  readonly client_reference_id?: string
  readonly metadata: StripeMetadata
  readonly subscription_data?: { readonly metadata: StripeMetadata }
  readonly payment_intent_data?: { readonly metadata: StripeMetadata }
}

/** What Stripe takes in the address of a Payment Link. It drops anything else without a word. */
const LINK_REFERENCE = /^[\w-]{1,200}$/

/**
 * The parameters that carry the visitor through a Stripe Checkout Session, to be spread into `sessions.create`. Its
 * `metadata` alone serves for subscriptions and Payment Intents that you create yourself.
 *
 * @param visitor - A request's scope, or what `identityFrom` returned.
 *
 * @example
 * ```ts
 * await stripe.checkout.sessions.create({
 *   mode: 'subscription',
 *   line_items: [{ price: 'price_pro_month', quantity: 1 }],
 *   success_url: 'https://shop.example/thanks',
 *   ...checkoutIdentity(track, { mode: 'subscription', plan: 'pro', billingInterval: 'month' }),
 * })
 * ```
 */
export function checkoutIdentity(visitor: CheckoutVisitor, options: CheckoutIdentityOptions = {}): CheckoutIdentity {
  const { mode, ...facts } = options
  const metadata = toMetadata(visitor, facts)
  const reference = visitor.consent?.analytics === false ? undefined : visitor.anonymousId
  return {
    ...(reference && { client_reference_id: reference }),
    metadata,
    ...(mode === 'subscription' && { subscription_data: { metadata } }),
    ...(mode === 'payment' && { payment_intent_data: { metadata } }),
  }
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
