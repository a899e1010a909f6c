import { defineEvents } from '@threadline/schema'
import { standardEvents } from '@threadline/schema/zod'
import { z } from 'zod'
import { createServerClient } from '../runtimes/edge.ts'
import { captureCheckoutFinished, captureFeatureUsed, captureLeadCreated, captureSignedUp } from './captures.ts'

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

// Money is an amount and its currency; a payment has both.
standard.capture({ event: 'purchase', ...user, value: 4900, currency: 'EUR' })
standard.capture({ event: 'plan_chosen', ...user, value: 4900, currency: 'EUR' })
// @ts-expect-error a payment has an amount
standard.capture({ event: 'purchase', ...user })
// @ts-expect-error no currency
standard.capture({ event: 'plan_chosen', ...user, value: 4900 })
// @ts-expect-error no currency
captureLeadCreated(standard, { ...user, value: 4900 })
declare const row: { readonly name: string; readonly cents: number | undefined; readonly currency: string | undefined }
standard.capture({ event: row.name, ...user, value: row.cents, currency: row.currency })

// Interfaces of the app's are properties and traits like any other object.
interface Feature {
  readonly feature: string
}
declare const feature: Feature
standard.capture({ event: 'feature_used', ...user, properties: feature })
captureFeatureUsed(standard, { ...user, properties: feature })
standard.identify('user_42', { traits: feature })
standard.group('team_7', { ...user, traits: feature })

// An own catalogue, open or closed.
const definitions = { plan_upgraded: z.object({ plan: z.enum(['pro', 'team']), seats: z.number().default(1) }) }
const open = createServerClient({ ...native, events: defineEvents(definitions) })
open.capture({ event: 'plan_upgraded', ...user, properties: { plan: 'pro' } })
// The standard events stay typed beside an open catalogue.
// @ts-expect-error no such method of signing up
open.capture({ event: 'signup_completed', ...user, properties: { method: 'magic' } })
captureSignedUp(open, user)
// @ts-expect-error no such plan
open.capture({ event: 'plan_upgraded', ...user, properties: { plan: 'free' } })
void open.captureNow({ event: 'plan_upgraded', ...user, properties: { plan: 'team', seats: 2 } })

const closed = createServerClient({ ...native, events: defineEvents(definitions, { closed: true }) })
closed.capture({ event: 'plan_upgraded', ...user, properties: { plan: 'pro' } })
closed.capture({ event: '$pageview', ...user })
// @ts-expect-error not in the catalogue
closed.capture({ event: 'other', ...user })
// @ts-expect-error not in the catalogue, so no helper captures it either
captureSignedUp(closed, user)
const closedWithStandard = defineEvents({ ...standardEvents.definitions, ...definitions }, { closed: true })
captureSignedUp(createServerClient({ ...native, events: closedWithStandard }), user)
