import {
  captureCheckoutFinished,
  captureRefunded,
  captureSignedUp,
  captureSubscriptionCancelled,
  captureSubscriptionRenewed,
  type ServerClient,
} from '@threadline/server'
import { CURRENCY, PLANS } from '../../plans.ts'
import { checkoutProperties } from './page-requests.ts'
import type { Account } from './visitors.ts'
import type { Billing, Visit } from './visits.ts'

/** Captures what the shop's server would have captured during a visit, at its time. */
export function captureServerEvents(client: ServerClient, { account, visitor, sessionId, steps }: Visit): void {
  if (!account) return
  const { userId, plan } = account
  const { anonymousId, userAgent } = visitor
  for (const { kind, at } of steps) {
    // As a scope of the page's request has them.
    const who = { userId, anonymousId, sessionId, timestamp: new Date(at), context: { userAgent } }
    if (kind === 'sign-up') {
      captureSignedUp(client, { ...who, eventId: `signup:${userId}`, properties: { method: 'email', plan } })
    }
    if (kind === 'pay') {
      captureCheckoutFinished(client, {
        ...who,
        eventId: `stripe:evt_${userId}`,
        value: PLANS[plan].amount,
        currency: CURRENCY,
        properties: checkoutProperties(account),
        billing: { ...billed(account, 'first'), toldBy: 'checkout', subscription: subscription(account, at, true) },
      })
    }
  }
}

/** Captures what a payment provider would have told the shop's server. */
export function captureBilling(client: ServerClient, { kind, at, account }: Billing): void {
  const { userId, plan } = account
  const who = { userId, timestamp: new Date(at), eventId: `stripe:evt_${userId}_${kind}_${at}` }
  const price = { value: PLANS[plan].amount, currency: CURRENCY }
  if (kind === 'renewal') {
    captureSubscriptionRenewed(client, {
      ...who,
      ...price,
      properties: { plan, billing_interval: 'month' },
      billing: { ...billed(account, String(at)), toldBy: 'invoice' },
    })
  } else if (kind === 'refund') {
    captureRefunded(client, {
      ...who,
      ...price,
      properties: { reason: 'requested_by_customer' },
      billing: { ...billed(account, 'first'), refundId: `stripe:re_${userId}` },
    })
  } else {
    captureSubscriptionCancelled(client, {
      ...who,
      properties: { plan, payment_type: 'subscription', reason: 'user_request' },
      billing: { subscription: subscription(account, at, false) },
    })
  }
}

function billed({ userId }: Account, payment: string) {
  return {
    paymentIds: [`stripe:pi_${userId}_${payment}`],
    payerIds: [`stripe:cus_${userId}`, `stripe:sub_${userId}`],
  }
}

function subscription({ userId, plan }: Account, changedAt: number, isBilled: boolean) {
  return {
    id: `stripe:sub_${userId}`,
    changedAt: new Date(changedAt).toISOString(),
    billed: isBilled,
    plan,
    interval: 'month',
    intervalCount: 1,
    amount: PLANS[plan].amount,
    currency: CURRENCY,
  } as const
}
