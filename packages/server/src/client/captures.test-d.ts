import { defineEvents } from '@threadline/schema'
import { z } from 'zod'
import { createServerClient } from '../runtimes/edge.ts'
import { captureCheckoutFinished, captureSignedUp } from './captures.ts'

const native = { key: 'sk_1', host: 'https://events.example.com' }
const user = { userId: 'user_42' }

// The standard catalogue is the default; other names stay allowed.
const standard = createServerClient(native)
standard.capture({ event: 'signup_completed', ...user, properties: { method: 'email' } })
standard.capture({ event: 'anything_else', ...user, properties: { deep: { list: [1, null] } } })
standard.capture({ event: 'page_read', anonymousId: null, userId: undefined })
// @ts-expect-error no such method of signing up
standard.capture({ event: 'signup_completed', ...user, properties: { method: 'magic' } })
// @ts-expect-error the feature is required
standard.capture({ event: 'feature_used', ...user })
// A Date has one documented form: its ISO text.
standard.capture({ event: 'anything_else', ...user, properties: { at: new Date() } })

// Helpers know the money of their event.
captureSignedUp(standard, user)
captureCheckoutFinished(standard, { ...user, value: 4900, currency: 'USD', properties: { payment_type: 'one_time' } })
// @ts-expect-error what was paid is required
captureCheckoutFinished(standard, { ...user, properties: { payment_type: 'one_time' } })
// @ts-expect-error a subscription is billed in intervals
captureCheckoutFinished(standard, { ...user, value: 1, currency: 'USD', properties: { payment_type: 'subscription' } })
captureSignedUp(standard.scope({ headers: {} }), user)

// An own catalogue, open or closed.
const definitions = { plan_upgraded: z.object({ plan: z.enum(['pro', 'team']), seats: z.number().default(1) }) }
const open = createServerClient({ ...native, events: defineEvents(definitions) })
open.capture({ event: 'plan_upgraded', ...user, properties: { plan: 'pro' } })
open.capture({ event: 'signup_completed', ...user, properties: { method: 'magic' } })
// @ts-expect-error no such plan
open.capture({ event: 'plan_upgraded', ...user, properties: { plan: 'free' } })
void open.captureNow({ event: 'plan_upgraded', ...user, properties: { plan: 'team', seats: 2 } })

const closed = createServerClient({ ...native, events: defineEvents(definitions, { closed: true }) })
closed.capture({ event: 'plan_upgraded', ...user, properties: { plan: 'pro' } })
closed.capture({ event: '$pageview', ...user })
// @ts-expect-error not in the catalogue
closed.capture({ event: 'other', ...user })
