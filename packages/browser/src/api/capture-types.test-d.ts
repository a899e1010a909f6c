import { defineEvents, type StandardSchema } from '@threadline/schema'
import { capture, checkoutStarted, createBrowserClient, signedUp } from '../index.ts'

capture('plan_viewed', { plan: 'pro' })
capture('signup_completed', { method: 'email' })
capture('signup_completed')
capture('checkout_started', { payment_type: 'one_time' }, { value: 4_900, currency: 'USD' })
// @ts-expect-error the method is none of the known ones
capture('signup_completed', { method: 'pigeon' })
// @ts-expect-error content_id is required
capture('content_viewed')
// @ts-expect-error a Date is not JSON
capture('plan_viewed', { at: new Date() })

signedUp()
// @ts-expect-error subscriptions are billed in an interval
checkoutStarted({ payment_type: 'subscription' })

declare const upgraded: StandardSchema<{ readonly plan: 'pro' | 'team' }>
const open = createBrowserClient({ key: 'pk_1', host: '/t', events: defineEvents({ plan_upgraded: upgraded }) })
open.capture('plan_upgraded', { plan: 'team' })
open.capture('anything_else', { any: 'thing' })
// @ts-expect-error no such plan
open.capture('plan_upgraded', { plan: 'gold' })

const closed = createBrowserClient({
  key: 'pk_1',
  host: '/t',
  events: defineEvents({ plan_upgraded: upgraded }, { closed: true }),
})
closed.capture('plan_upgraded', { plan: 'pro' })
// @ts-expect-error the catalogue is closed
closed.capture('anything_else')
