import { captureCheckoutFinished, captureSignedUp, type ServerClient } from '@threadline/server'
import { CURRENCY, PLANS } from '../../plans.ts'
import type { Visit } from './visits.ts'

/** Captures what the shop's server would have captured during this visit, at the time of the visit. */
export function captureServerEvents(client: ServerClient, visit: Visit, anonymousId: string): void {
  const { at, plan, userId } = visit
  if (at.signup !== undefined) {
    captureSignedUp(client, {
      eventId: `signup:${userId}`,
      userId,
      anonymousId,
      timestamp: new Date(at.signup),
      properties: { method: 'email', plan },
    })
  }
  if (at.pay !== undefined) {
    captureCheckoutFinished(client, {
      eventId: `stripe:evt_${userId}`,
      userId,
      anonymousId,
      timestamp: new Date(at.pay),
      value: PLANS[plan].amount,
      currency: CURRENCY,
      properties: { checkout_id: checkoutIdOf(visit), plan, payment_type: 'subscription', billing_interval: 'month' },
    })
  }
}

/** The id that joins the events of this visit's checkout. */
export function checkoutIdOf({ userId }: Visit): string {
  return `cs_test_${userId}`
}
