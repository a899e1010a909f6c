import type { threadline } from '@threadline/destinations/threadline'
import type { TrackEvent } from '@threadline/schema'
import { CURRENCY, PLANS } from '../../plans.ts'
import type { Account } from './visitors.ts'
import type { Step, Visit } from './visits.ts'

/** The shop that the visits are of. */
const SITE = 'https://beans.example'

const TITLES: { readonly [path: string]: string } = {
  '/': 'Coffee by post',
  '/pricing': 'Plans',
  '/signup': 'Sign up',
  '/checkout': 'Checkout',
  '/thanks': 'Thank you!',
  '/account': 'Your account',
  '/about': 'About us',
  '/faq': 'Questions',
}

/** Places stand in these headers, which an edge such as Cloudflare sets. Browsers of visitors cannot. */
export const PLACE_HEADERS = { country: 'cf-ipcountry', region: 'cf-region-code', city: 'cf-ipcity' } as const

/** The request that a page sends in the end of a visit, encoded as the SDK does it. `now` is that moment. */
export function pageRequest(destination: ReturnType<typeof threadline>, visit: Visit, now: number) {
  const batch = pageEvents(visit).map((event) => {
    const encoded = destination.encode(event)
    if ('refused' in encoded) throw new TypeError(`${event.event}: ${encoded.message}`)
    return { eventId: event.eventId, body: encoded.body }
  })
  const { country, region, city } = visit.visitor.place
  const request = destination.request(batch, { now, attempt: 1 })
  return {
    batch,
    request: {
      ...request,
      headers: {
        ...request.headers,
        'user-agent': visit.visitor.userAgent,
        [PLACE_HEADERS.country]: country,
        [PLACE_HEADERS.region]: region,
        [PLACE_HEADERS.city]: encodeURIComponent(city),
      },
    },
  }
}

/** What the pages capture; the rest is the server's. */
function pageEvents({ sessionId, visitor, account, arrival, steps }: Visit): TrackEvent[] {
  const { anonymousId } = visitor
  let path = '/'
  let signedIn: Account | undefined

  return steps.flatMap((step, index) => {
    if (step.kind === 'sign-up' || step.kind === 'sign-in') signedIn = account
    if (step.kind === 'view') path = step.path
    const said = eventOf(step, signedIn)
    if (!said) return []
    return {
      eventId: `${sessionId}_${index}`,
      anonymousId,
      ...(signedIn && { userId: signedIn.userId }),
      sessionId,
      timestamp: new Date(step.at).toISOString(),
      stamped: true,
      path,
      url: `${SITE}${path}`,
      title: TITLES[path] ?? 'From our blog',
      ...(index === 0 && arrival),
      ...said,
    }
  })
}

function eventOf(step: Step, account: Account | undefined): Omit<TrackEvent, 'eventId' | 'timestamp'> | undefined {
  switch (step.kind) {
    case 'view':
      return { event: '$pageview' }
    case 'read':
      return { event: 'content_viewed', properties: { content_id: step.path, content_type: 'blog_post' } }
    case 'use':
      return { event: 'feature_used', properties: { feature: step.feature } }
    case 'sign-up':
    case 'sign-in':
      return account && identified(account)
    case 'open-checkout':
      return account && checkoutEvent('checkout_started', account)
    case 'leave-checkout':
      return account && checkoutEvent('checkout_cancelled', account)
    case 'pay':
      return undefined
  }
}

function identified({ userId, name, email, plan }: Account) {
  return { event: '$identify', userId, email, traits: { name, email, plan } }
}

function checkoutEvent(event: string, account: Account) {
  return { event, value: PLANS[account.plan].amount, currency: CURRENCY, properties: checkoutProperties(account) }
}

/** What all events of an account's checkout say. */
export function checkoutProperties({ userId, plan }: Account) {
  return {
    checkout_id: `cs_test_${userId}`,
    plan,
    payment_type: 'subscription',
    billing_interval: 'month',
  } as const
}
