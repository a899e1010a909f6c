import { z } from 'zod'
import { defineEvents, type EventCatalogue } from '../define-events.ts'
import type { Json } from '../event.ts'
import { LIMITS } from '../limits.ts'
import { STANDARD_EVENTS, type StandardEventName, type StandardEvents } from '../standard-events.ts'
import { measureJson } from './json.ts'

/** The standard catalogue's type, written out: declared properties in and out, and zod only as the vehicle. */
export type StandardEventCatalogue = EventCatalogue<
  {
    readonly [Name in StandardEventName]: {
      readonly schema: z.ZodType<StandardEvents[Name], StandardEvents[Name]>
      readonly source: (typeof STANDARD_EVENTS)[Name]['source']
    }
  },
  false
>

/** More properties than the declared ones are welcome, as long as they are JSON. */
const anyJson = z.custom<Json | undefined>(
  (value) => value === undefined || !('problem' in measureJson(value, LIMITS.propertiesBytes)),
  { error: 'must be JSON' },
)

const text = z.string().optional()
const required = z.string().min(1)
const count = z.number().min(0).optional()
const interval = z.enum(['day', 'week', 'month', 'year'])
const onlySubscriptions = z.undefined({ error: 'only a subscription has one' }).optional()

const checkout = { checkout_id: text, product_id: text, plan: text, items_count: count, coupon: text }
const once = { ...checkout, payment_type: z.literal('one_time'), billing_interval: onlySubscriptions }
const recurring = { ...checkout, payment_type: z.literal('subscription'), billing_interval: interval }
const cancelled = {
  reason: z.enum(['user_abandoned', 'payment_failed', 'validation_error', 'other']).optional(),
  step: text,
}

const checkoutStarted = z.discriminatedUnion('payment_type', [
  z.object(once).catchall(anyJson),
  z.object(recurring).catchall(anyJson),
])

const checkoutCancelled = z.discriminatedUnion('payment_type', [
  z.object({ ...once, ...cancelled }).catchall(anyJson),
  z.object({ ...recurring, billing_interval: interval.optional(), ...cancelled }).catchall(anyJson),
])

const checkoutFinished = z.discriminatedUnion('payment_type', [
  z.object({ ...once, order_id: text, subscription_id: onlySubscriptions }).catchall(anyJson),
  z.object({ ...recurring, order_id: text, subscription_id: text }).catchall(anyJson),
])

const subscription = { plan: required, billing_interval: interval, subscription_id: text }

type Definitions = StandardEventCatalogue['definitions']

const definitions: Definitions = {
  content_viewed: {
    source: STANDARD_EVENTS.content_viewed.source,
    schema: z
      .object({
        content_id: required,
        content_type: z.enum(['blog_post', 'article', 'page', 'doc']).optional(),
        title: text,
      })
      .catchall(anyJson),
  },
  signup_completed: {
    source: STANDARD_EVENTS.signup_completed.source,
    schema: z
      .object({ method: z.enum(['email', 'oauth', 'invite', 'sso']).optional(), plan: text, trial_days: count })
      .catchall(anyJson),
  },
  lead_created: {
    source: STANDARD_EVENTS.lead_created.source,
    schema: z.object({ source: text, form_id: text }).catchall(anyJson),
  },
  feature_used: {
    source: STANDARD_EVENTS.feature_used.source,
    schema: z.object({ feature: required, plan: text }).catchall(anyJson),
  },
  checkout_started: { source: STANDARD_EVENTS.checkout_started.source, schema: checkoutStarted },
  checkout_cancelled: { source: STANDARD_EVENTS.checkout_cancelled.source, schema: checkoutCancelled },
  checkout_finished: { source: STANDARD_EVENTS.checkout_finished.source, schema: checkoutFinished },
  trial_started: {
    source: STANDARD_EVENTS.trial_started.source,
    schema: z
      .object({
        plan: required,
        trial_days: z.number().min(0),
        payment_type: z.literal('subscription').optional(),
      })
      .catchall(anyJson),
  },
  trial_ended: {
    source: STANDARD_EVENTS.trial_ended.source,
    schema: z
      .object({
        plan: required,
        converted: z.boolean(),
        reason: z.enum(['expired', 'converted', 'cancelled']).optional(),
        payment_type: z.literal('subscription').optional(),
      })
      .catchall(anyJson),
  },
  subscription_started: {
    source: STANDARD_EVENTS.subscription_started.source,
    schema: z.object(subscription).catchall(anyJson),
  },
  subscription_renewed: {
    source: STANDARD_EVENTS.subscription_renewed.source,
    schema: z.object(subscription).catchall(anyJson),
  },
  subscription_cancelled: {
    source: STANDARD_EVENTS.subscription_cancelled.source,
    schema: z
      .object({
        plan: required,
        payment_type: z.literal('subscription'),
        billing_interval: interval.optional(),
        reason: z.enum(['user_request', 'payment_failed', 'admin', 'other']).optional(),
        effective_at: z.union([z.iso.date(), z.iso.datetime({ offset: true })]).optional(),
        subscription_id: text,
      })
      .catchall(anyJson),
  },
  purchase: {
    source: STANDARD_EVENTS.purchase.source,
    schema: z.object({ order_id: text, product_id: text, items_count: count, coupon: text }).catchall(anyJson),
  },
  refunded: {
    source: STANDARD_EVENTS.refunded.source,
    schema: z
      .object({
        order_id: text,
        subscription_id: text,
        invoice_id: text,
        reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer', 'other']).optional(),
      })
      .catchall(anyJson),
  },
  invoice_paid: {
    source: STANDARD_EVENTS.invoice_paid.source,
    schema: z
      .object({
        invoice_id: required,
        subscription_id: text,
        plan: text,
        billing_interval: interval.optional(),
      })
      .catchall(anyJson),
  },
}

/** The standard catalogue: checks the properties of every standard event. Give it, or your own, to a client. */
export const standardEvents: StandardEventCatalogue = defineEvents(definitions)
