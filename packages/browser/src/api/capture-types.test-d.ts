import { defineEvents, type StandardSchema } from '@threadline/schema'
import { capture, checkoutStarted, createBrowserClient, identify, signedUp } from '../index.ts'

capture('plan_viewed', { plan: 'pro' })
capture('signup_completed', { method: 'email' })
capture('signup_completed')
capture('checkout_started', { payment_type: 'one_time' }, { value: 4_900, currency: 'USD' })
// @ts-expect-error the method is none of the known ones
capture('signup_completed', { method: 'pigeon' })
// @ts-expect-error content_id is required
capture('content_viewed')
// A Date has one documented form: its ISO text.
capture('plan_viewed', { at: new Date() })

// Interfaces of the app's are properties and traits like any other object.
interface Article {
  readonly content_id: string
  readonly title: string
}
declare const article: Article
capture('content_viewed', article)
capture('article_rated', article)
identify('user_42', article)

// An amount has a currency, and what is no money has none.
capture('plan_chosen', {}, { value: 4_900, currency: 'USD' })
// @ts-expect-error no currency
capture('plan_chosen', {}, { value: 4_900 })
// @ts-expect-error no amount
capture('checkout_started', { payment_type: 'one_time' }, { currency: 'USD' })
// @ts-expect-error a sign-up has no price
capture('signup_completed', {}, { value: 4_900, currency: 'USD' })
declare const name: string
declare const amount: number | undefined
capture(name, {}, { value: amount })

signedUp()
// @ts-expect-error subscriptions are billed in an interval
checkoutStarted({ payment_type: 'subscription' })

declare const upgraded: StandardSchema<{ readonly plan: 'pro' | 'team' }>
const open = createBrowserClient({ key: 'pk_1', host: '/t', events: defineEvents({ plan_upgraded: upgraded }) })
open.capture('plan_upgraded', { plan: 'team' })
open.capture('anything_else', { any: 'thing' })
// @ts-expect-error no such plan
open.capture('plan_upgraded', { plan: 'gold' })
// The standard events stay typed beside an open catalogue.
open.capture('signup_completed', { method: 'email' })
// @ts-expect-error the method is none of the known ones
open.capture('signup_completed', { method: 'pigeon' })

const closed = createBrowserClient({
  key: 'pk_1',
  host: '/t',
  events: defineEvents({ plan_upgraded: upgraded }, { closed: true }),
})
closed.capture('plan_upgraded', { plan: 'pro' })
// @ts-expect-error the catalogue is closed
closed.capture('anything_else')
