import { isCarriedId } from '@threadline/schema'
import type Stripe from 'stripe'
import { type CarriedIdentity, readVisitor, type StripeMetadata } from './metadata.ts'

/** Who an object of Stripe's is about, as far as it tells. */
export interface StripeVisitor extends CarriedIdentity {
  readonly customerId: string | undefined
}

/** An invoice of an API version before 2025-03-31, which has its subscription at another place. */
interface OldInvoice {
  readonly subscription?: string | { readonly id: string } | null
  readonly subscription_details?: { readonly metadata: StripeMetadata | null } | null
}

export type ClientReference = 'visitor' | 'ignore'

export function sessionVisitor(session: Stripe.Checkout.Session, reference: ClientReference): StripeVisitor {
  const visitor = visitorOf(session.metadata, session.customer)
  if (visitor.anonymousId || reference === 'ignore') return visitor
  const id = session.client_reference_id
  return { ...visitor, anonymousId: isCarriedId(id) ? id : undefined }
}

/** The session of a subscription's first checkout has ended by the time of its later invoices. */
export function invoiceVisitor(invoice: Stripe.Invoice & OldInvoice): StripeVisitor {
  const details = invoice.parent?.subscription_details ?? invoice.subscription_details
  const own = visitorOf(invoice.metadata, invoice.customer)
  const subscription = readVisitor(details?.metadata)
  return {
    customerId: own.customerId,
    anonymousId: own.anonymousId ?? subscription.anonymousId,
    userId: own.userId ?? subscription.userId,
    sessionId: undefined,
    consent: own.consent ?? subscription.consent,
  }
}

export function subscriptionOf(invoice: Stripe.Invoice & OldInvoice): string | undefined {
  const subscription = invoice.parent?.subscription_details?.subscription ?? invoice.subscription
  return idOf(subscription)
}

export function chargeVisitor(charge: Stripe.Charge): StripeVisitor {
  return { ...visitorOf(charge.metadata, charge.customer), sessionId: undefined }
}

export function subscriptionVisitor(subscription: Stripe.Subscription, isNew: boolean): StripeVisitor {
  const visitor = visitorOf(subscription.metadata, subscription.customer)
  return isNew ? visitor : { ...visitor, sessionId: undefined }
}

/** The id of what may be expanded. */
export function idOf(value: string | { readonly id: string } | null | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.id
}

function visitorOf(metadata: StripeMetadata | null, customer: string | { readonly id: string } | null): StripeVisitor {
  return { ...readVisitor(metadata), customerId: idOf(customer) }
}
