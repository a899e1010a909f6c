import { type BillingInterval, type Consent, isCarriedId, isUsableId } from '@threadline/schema'
import { textAt } from './stripe-event.ts'

/** Metadata as Stripe keeps it: at most 50 keys of 40 characters, values of 500. */
export interface StripeMetadata {
  readonly [key: string]: string
}

/** What a checkout's metadata says about its visitor. */
export interface CarriedIdentity {
  readonly anonymousId: string | undefined
  readonly userId: string | undefined
  readonly sessionId: string | undefined
  readonly consent: Consent | undefined
}

export interface CheckoutFacts {
  /** The plan's name, for the event of the paid checkout. */
  readonly plan?: string | undefined
  /** How often the plan is billed: Stripe's webhook does not say. */
  readonly billingInterval?: BillingInterval | undefined
}

/** A request's scope, or what `identityFrom` returned. */
export interface CheckoutVisitor {
  readonly anonymousId: string | undefined
  readonly userId: string | undefined
  readonly sessionId: string | undefined
  readonly consent: Consent | undefined
}

const KEYS = {
  anonymousId: 'tl_id',
  userId: 'tl_user',
  sessionId: 'tl_session',
  consent: 'tl_consent',
  plan: 'tl_plan',
  interval: 'tl_interval',
} as const

const INTERVALS: readonly string[] = ['day', 'week', 'month', 'year'] satisfies readonly BillingInterval[]
const MAX_VALUE = 500

/** Writes a visitor into metadata; of one who refused, only that they did. */
export function toMetadata(visitor: CheckoutVisitor, { plan, billingInterval }: CheckoutFacts): StripeMetadata {
  const refused = visitor.consent?.analytics === false
  const entries: readonly (readonly [string, string | undefined])[] = [
    [KEYS.anonymousId, refused ? undefined : visitor.anonymousId],
    [KEYS.userId, refused ? undefined : visitor.userId],
    [KEYS.sessionId, refused ? undefined : visitor.sessionId],
    [KEYS.consent, refused ? 'denied' : undefined],
    [KEYS.plan, plan?.slice(0, MAX_VALUE)],
    [KEYS.interval, billingInterval],
  ]
  return Object.fromEntries(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))
}

/** Source: https://docs.stripe.com/metadata. One more, and Stripe refuses the whole request. */
const MAX_KEYS = 50

/** What matters most comes first: without a visitor, a payment is still the user's. */
const BY_WEIGHT: readonly string[] = [
  KEYS.consent,
  KEYS.anonymousId,
  KEYS.userId,
  KEYS.plan,
  KEYS.interval,
  KEYS.sessionId,
]

/** Left there for an earlier visitor, these would name the wrong one, or one who refused. */
const OF_ONE_VISITOR: readonly string[] = [KEYS.anonymousId, KEYS.userId, KEYS.sessionId]

/** The app's own metadata and ours, in place of what we wrote there for another visitor, within Stripe's limit. */
export function mergeMetadata(own: object = {}, ours: StripeMetadata): StripeMetadata {
  const kept = Object.entries(own).filter(([key]) => !OF_ONE_VISITOR.includes(key) && ours[key] === undefined)
  const added = BY_WEIGHT.flatMap((key) => (ours[key] === undefined ? [] : [[key, ours[key]] as const]))
  const room = Math.max(MAX_KEYS - kept.length, KEYS.consent in ours ? 1 : 0)
  const fitting = added.slice(0, room)
  return Object.fromEntries([...kept.slice(0, MAX_KEYS - fitting.length), ...fitting])
}

/** Reads what {@link toMetadata} wrote; anything else in the metadata is somebody else's. */
export function readVisitor(metadata: unknown): CarriedIdentity {
  const anonymousId = textAt(metadata, KEYS.anonymousId)
  const userId = textAt(metadata, KEYS.userId)
  const sessionId = textAt(metadata, KEYS.sessionId)
  return {
    anonymousId: isCarriedId(anonymousId) ? anonymousId : undefined,
    userId: isUsableId(userId) ? userId : undefined,
    sessionId: isCarriedId(sessionId) ? sessionId : undefined,
    consent: textAt(metadata, KEYS.consent) === 'denied' ? { analytics: false } : undefined,
  }
}

export function readFacts(metadata: unknown): CheckoutFacts {
  const interval = textAt(metadata, KEYS.interval)
  return { plan: textAt(metadata, KEYS.plan), billingInterval: isInterval(interval) ? interval : undefined }
}

export function isInterval(value: unknown): value is BillingInterval {
  return typeof value === 'string' && INTERVALS.includes(value)
}
