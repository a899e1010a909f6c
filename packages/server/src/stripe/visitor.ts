import { isCarriedId } from '@threadline/schema'
import { type CarriedIdentity, readVisitor } from './metadata.ts'
import { customerOf, guestEmailOf } from './references.ts'
import { objectAt, type StripeObject, textAt, valueAt } from './stripe-event.ts'

/** Who an object of Stripe's is about, as far as it tells. */
export interface StripeVisitor extends CarriedIdentity {
  readonly customerId: string | undefined
  /** Of somebody who paid as a guest. */
  readonly email: string | undefined
}

export type ClientReference = 'visitor' | 'ignore'

export function sessionVisitor(session: StripeObject, reference: ClientReference): StripeVisitor {
  const visitor = visitorOf(session)
  if (visitor.anonymousId || reference === 'ignore') return visitor
  const id = textAt(session, 'client_reference_id')
  return { ...visitor, anonymousId: isCarriedId(id) ? id : undefined }
}

/** The session of a subscription's first checkout has ended by the time of its later invoices. */
export function invoiceVisitor(invoice: StripeObject): StripeVisitor {
  const details =
    objectAt(invoice, 'parent', 'subscription_details', 'metadata') ??
    objectAt(invoice, 'subscription_details', 'metadata')
  const own = laterVisitor(invoice)
  const subscription = readVisitor(details)
  return {
    ...own,
    anonymousId: own.anonymousId ?? subscription.anonymousId,
    userId: own.userId ?? subscription.userId,
    consent: own.consent ?? subscription.consent,
  }
}

/** Of what happens long after the visit that it began with, or away from it. */
export function laterVisitor(object: StripeObject): StripeVisitor {
  return { ...visitorOf(object), sessionId: undefined }
}

export function visitorOf(object: StripeObject): StripeVisitor {
  return {
    ...readVisitor(valueAt(object, 'metadata')),
    customerId: customerOf(object),
    email: guestEmailOf(object),
  }
}
