import { randomUUID } from 'node:crypto'
import { captureCheckoutStarted, captureContentViewed, type ServerClient } from '@threadline/server'
import { CURRENCY, PLANS } from '../../plans.ts'
import { checkoutIdOf } from './server-events.ts'
import type { Visit } from './visits.ts'

/**
 * Captures through the server client what the pages would have captured during this visit: for machines without a
 * browser. Returns the visitor's anonymous id.
 */
export function simulateVisit(client: ServerClient, shopUrl: string, visit: Visit): string {
  const { at, plan, utm, userId } = visit
  const anonymousId = randomUUID()

  function pageview(path: string, time: number | undefined): void {
    if (time === undefined) return
    const isSignedIn = at.signup !== undefined && time > at.signup
    client.capture({
      event: '$pageview',
      anonymousId,
      ...(isSignedIn && { userId }),
      timestamp: new Date(time),
      url: new URL(path, shopUrl).href,
      path,
      ...(path === '/' && utm && { utm }),
    })
  }

  pageview('/', at.land)
  pageview('/pricing', at.pricing)
  if (at.pricing !== undefined) {
    captureContentViewed(client, {
      anonymousId,
      timestamp: new Date(at.pricing + 1),
      properties: { content_id: 'pricing', content_type: 'page', title: 'Plans' },
    })
  }
  if (at.signup !== undefined) {
    const afterwards = at.signup + 1
    pageview('/signup', at.signup - 1)
    client.identify(userId, { anonymousId, timestamp: new Date(afterwards) })
    pageview('/checkout', afterwards + 1)
    captureCheckoutStarted(client, {
      userId,
      anonymousId,
      timestamp: new Date(afterwards + 2),
      value: PLANS[plan].amount,
      currency: CURRENCY,
      properties: { checkout_id: checkoutIdOf(visit), plan, payment_type: 'subscription', billing_interval: 'month' },
    })
  }
  if (at.pay !== undefined) pageview('/thanks', at.pay + 1)
  return anonymousId
}
