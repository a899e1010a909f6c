import { z } from 'zod'
import type { Billing, SubscriptionState } from '../billing.ts'
import type { Consent, EventContext, JsonObject, TrackEvent, Utm } from '../event.ts'
import { isUsableId } from '../ids.ts'
import { LIMITS } from '../limits.ts'
import { isCurrency } from '../money.ts'
import { findEventProblem, findNameProblem, VALUE_RULE } from './event-rules.ts'
import { isPlainObject } from './json.ts'

const ID_RULE = `must be 1 to ${LIMITS.idLength} characters and not a placeholder such as null, guest or 0`

function id(field: string): z.ZodType<string> {
  const error = `${field} ${ID_RULE}`
  return z.string({ error }).min(1, { error }).max(LIMITS.idLength, { error }).refine(isUsableId, { error })
}

function text(field: string): z.ZodType<string> {
  return z.string({ error: `${field} must be a string` })
}

/** Looked into by the event's own check, once and with limits, and never copied. */
function json(field: string): z.ZodType<JsonObject> {
  return z
    .custom<JsonObject>(isPlainObject, { error: `${field} must be a JSON object` })
    .meta({ type: 'object', description: `At most ${LIMITS.propertiesBytes} bytes of UTF-8 JSON.` })
}

const utm: z.ZodType<Utm> = z.object({
  source: text('utm.source').optional(),
  medium: text('utm.medium').optional(),
  campaign: text('utm.campaign').optional(),
  term: text('utm.term').optional(),
  content: text('utm.content').optional(),
})

const consent: z.ZodType<Consent> = z.object({
  analytics: z.boolean().optional(),
  ads: z.boolean().optional(),
})

const context: z.ZodType<EventContext> = z.object({
  library: text('context.library').optional(),
  locale: text('context.locale').optional(),
  timezone: text('context.timezone').optional(),
  screen: z.object({ width: z.number(), height: z.number() }).optional(),
  automated: z.boolean().optional(),
  userAgent: text('context.userAgent').optional(),
  ip: text('context.ip').optional(),
})

const billingIds = (field: string) => z.array(id(field)).max(LIMITS.billingIds)

const terms = {
  billed: z.boolean(),
  plan: z.string().min(1).max(500),
  interval: z.enum(['day', 'week', 'month', 'year']),
  intervalCount: z.int().min(1).max(LIMITS.intervalCount),
  amount: z.int().optional(),
}

const subscription: z.ZodType<SubscriptionState> = z.object({
  ...terms,
  id: id('billing.subscription.id'),
  changedAt: z.iso.datetime(),
  previous: z.object(terms).optional(),
  currency: z.string().refine(isCurrency, { error: 'billing.subscription.currency must be an ISO 4217 code' }),
})

const billing: z.ZodType<Billing> = z.object({
  paymentIds: billingIds('billing.paymentIds').optional(),
  payerIds: billingIds('billing.payerIds').optional(),
  toldBy: z.enum(['invoice', 'payment', 'capture', 'checkout']).optional(),
  refundId: id('billing.refundId').optional(),
  refundedTotal: z.int().min(0).optional(),
  released: z.int().min(0).optional(),
  account: id('billing.account').optional(),
  livemode: z.boolean().optional(),
  subscription: subscription.optional(),
})

/**
 * Checks a {@link TrackEvent} by every rule of the canonical event, sizes included.
 *
 * Unknown members are left out, so that an older collector takes the events of a newer SDK.
 */
export const trackEvent: z.ZodType<TrackEvent> = z
  .object({
    event: z
      .string({ error: 'event must be the name of what happened' })
      .check((ctx) => {
        const problem = findNameProblem(ctx.value)
        if (problem) ctx.issues.push({ code: 'custom', input: ctx.value, ...problem })
      })
      .meta({ minLength: 1, maxLength: LIMITS.eventNameLength }),
    eventId: id('eventId'),
    anonymousId: id('anonymousId').optional(),
    userId: id('userId').optional(),
    sessionId: id('sessionId').optional(),
    timestamp: z.iso.datetime({ error: 'timestamp must be ISO 8601 in UTC, such as 2026-01-31T09:30:00.000Z' }),
    stamped: z
      .boolean({ error: 'stamped must be true, or absent' })
      .meta({ description: 'An SDK read `timestamp` off the clock of `sentAt`: the collector may correct it.' })
      .optional(),
    value: z
      .number({ error: VALUE_RULE })
      .meta({ type: 'integer', description: 'Integer minor units of `currency`: 4990 is 49.90 EUR.' })
      .optional(),
    currency: z
      .string({ error: 'currency must be a string' })
      .refine(isCurrency, { error: 'currency must be an ISO 4217 code in upper case, such as EUR' })
      .meta({ pattern: '^[A-Z]{3}$', description: 'ISO 4217.' })
      .optional(),
    properties: json('properties').optional(),
    traits: json('traits').optional(),
    email: text('email').optional(),
    url: text('url').optional(),
    path: text('path').optional(),
    title: text('title').optional(),
    referrer: text('referrer').optional(),
    utm: utm.optional(),
    clickIds: z.record(z.string(), text('a click id')).optional(),
    consent: consent.optional(),
    billing: billing.optional(),
    context: context.optional(),
  })
  .check((ctx) => {
    const problem = findEventProblem(ctx.value)
    if (problem) ctx.issues.push({ code: 'custom', input: ctx.value, ...problem })
  })
