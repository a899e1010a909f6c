import type { TrackEvent } from '@threadline/schema'
import type { Visitor } from '../enrich/derived.ts'
import { columnText, type Enrichment } from '../enrich/enrichment.ts'
import { addressId } from '../store/address-id.ts'
import type { BillingFacts, EventRow } from '../store/store.ts'
import { utcDay } from '../store/utc-day.ts'
import { billingFacts, livemode, paymentRef } from './billing-facts.ts'
import { otherId } from './other-id.ts'

/** What the collector knows about the request that brought an event. */
export interface Arrival {
  readonly project: string
  readonly sender: 'pk' | 'sk'
  /** The request's `sentAt`, in ms since the epoch. */
  readonly sentAt: number
  /** When the request arrived, in ms since the epoch. */
  readonly receivedAt: number
  /** Who sent it, when that is a page. */
  readonly visitor?: Visitor | undefined
  /** Whether visitors with one e-mail address are one person. @defaultValue as the project says */
  readonly joinsByEmail?: boolean
}

export interface RowMaker {
  readonly enrichment: Enrichment
  /** Whether addresses of visitors stay with their events. */
  readonly keepsAddresses: boolean
  /** Projects whose visitors with one e-mail address are one person. */
  readonly joinedByEmail: ReadonlySet<string>
}

/** Below this, sentAt and receipt differ by the way over the network, which says nothing about a clock. */
const SKEW_TOLERANCE_MS = 5_000

/**
 * How far back an event from a public key can lie: a page keeps what it could not send for a day. Everybody has such a key,
 * so what it says of an earlier time is no memory but a claim.
 */
const PUBLIC_PAST_MS = 86_400_000

/**
 * Above it, `sentAt` is no clock of a server: it was kept, copied or made up. A device may think that it is 1970; wherever its
 * events are moved, it is within {@link PUBLIC_PAST_MS}.
 */
const MAX_SKEW_MS = 24 * 3_600_000

/** Makes the row of a checked event. */
export function toEventRow(
  event: TrackEvent,
  arrival: Arrival,
  { enrichment, keepsAddresses, joinedByEmail }: RowMaker,
): EventRow {
  const ts = occurredAt(event, arrival)
  const { project, visitor } = arrival
  const billing = event.billing && billingFacts(event, event.billing, project)
  const joining = joiningAddress(event, arrival, joinedByEmail)
  return {
    project,
    event: event.event,
    event_id: event.eventId,
    anonymous_id: visitorOf(event, billing),
    user_id: event.userId ?? null,
    session_id: event.sessionId ?? null,
    ts,
    sent_at: arrival.sentAt,
    received_at: arrival.receivedAt,
    day: utcDay(ts),
    value: event.value ?? null,
    currency: event.currency ?? null,
    email: columnText(event.email),
    ...enrichment.derive(event, { project, visitor }),
    ...browserColumns(event, visitor),
    other_id: otherId(event) ?? null,
    payment_ref: paymentRef(event),
    refund_ref: event.billing?.refundId ?? null,
    refunded_total: event.billing?.refundedTotal ?? null,
    released: event.billing?.released ?? null,
    told_by: event.billing?.toldBy ?? null,
    account: event.billing?.account ?? null,
    livemode: livemode(event),
    sender: arrival.sender,
    body: JSON.stringify(keepsAddresses ? withAddress(event, visitor?.address) : withoutAddress(event)),
    ...(billing && { billing }),
    ...(joining !== undefined && { addressId: joining }),
  }
}

/**
 * The address that joins people: of secret keys only, since everybody has a public one and could be anybody with it. A service that
 * joins by itself gives no user but the one who is logged in there, whose the address need not be.
 */
function joiningAddress(
  { email, userId }: TrackEvent,
  { project, sender, joinsByEmail = false }: Arrival,
  joined: ReadonlySet<string>,
): string | undefined {
  if (sender !== 'sk' || email === undefined) return undefined
  return joined.has(project) || (joinsByEmail && userId === undefined) ? addressId(email) : undefined
}

/** To derive from again. What the event says itself is in its body. */
function browserColumns({ context }: TrackEvent, visitor: Visitor | undefined) {
  return {
    user_agent: context?.userAgent === undefined ? (visitor?.userAgent ?? null) : null,
    client_hints: visitor?.clientHints ?? null,
  }
}

function withAddress(event: TrackEvent, address: string | undefined): TrackEvent {
  if (address === undefined || event.context?.ip !== undefined) return event
  return { ...event, context: { ...event.context, ip: address } }
}

function withoutAddress(event: TrackEvent): TrackEvent {
  if (event.context?.ip === undefined) return event
  const { ip, ...context } = event.context
  return { ...event, context }
}

/**
 * The payment of an event that names nobody, where its sender has the customer: several people may share that, and the payment
 * is one person's.
 */
function visitorOf({ anonymousId, userId }: TrackEvent, billing: BillingFacts | undefined): string | null {
  if (anonymousId === undefined || userId !== undefined || !billing || billing.visitor !== null)
    return anonymousId ?? null
  return billing.about ?? anonymousId
}

/**
 * When it happened by our clock. What a sender read off its own clock is moved by what that is off, which `sentAt` and
 * receipt tell; a time that it gave stands. An event cannot have happened after it arrived, none before 1970, and one from a
 * page not before pages could have kept it.
 */
function occurredAt({ timestamp, stamped }: TrackEvent, { sender, sentAt, receivedAt }: Arrival): number {
  const isPublic = sender === 'pk'
  const skew = receivedAt - sentAt
  const off = Math.abs(skew)
  const correction = stamped && off > SKEW_TOLERANCE_MS && (isPublic || off <= MAX_SKEW_MS) ? skew : 0
  const earliest = isPublic ? receivedAt - PUBLIC_PAST_MS : 0
  return Math.max(0, earliest, Math.min(Date.parse(timestamp) + correction, receivedAt))
}
