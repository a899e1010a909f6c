import { isUsableId } from '@threadline/schema'
import { isObject, isText, type JsonMembers } from '../json-members.ts'
import { allOf, drop, type Members, membersOf, restOf, take, within } from '../members.ts'
import {
  addPresent,
  instantOf,
  isDirect,
  isExact,
  type Lifted,
  orNothing,
  type Properties,
  utcText,
  withRest,
} from '../translate.ts'
import { type ReadContext, readContext, takeTraits } from './context.ts'
import { liftAmount } from './money.ts'
import { standardName } from './names.ts'

/** What is known of a message besides itself. */
export interface Reading {
  /** The message's own type, where its address says it. */
  readonly type?: string | undefined
  /** Whether a server's key brought it: it may say what belongs to servers, and which address a visitor has. */
  readonly isTrusted: boolean
  /** Whether the request tells the clock that `timestamp` was read off, so that it can be corrected. */
  readonly hasClock: boolean
}

/** A canonical event, still to be checked: what its message says, and no member for what it does not say. */
export interface SegmentEvent {
  readonly eventId?: string
  readonly timestamp?: string
  readonly [field: string]: unknown
}

/** Members that concern the way of a message and say nothing of what happened. */
const TRANSPORT: ReadonlySet<string> = new Set([
  'type',
  'channel',
  'integrations',
  '_metadata',
  'metadata',
  'originalTimestamp',
  'sentAt',
  'receivedAt',
  'version',
  'writeKey',
  'projectId',
])

/** What a call is about, besides who and when. */
interface Call {
  readonly event: unknown
  readonly traits?: JsonMembers | undefined
  readonly email?: string | undefined
  readonly properties: Properties
  readonly money?: Omit<Lifted, 'rest'>
  /** Facts about the page that stand in the properties alone. */
  readonly page?: { readonly [fact: string]: string }
}

interface CallContext {
  readonly message: Members
  readonly context: Members
  readonly read: ReadContext
  readonly isTrusted: boolean
}

/** Reads a message of Segment's spec. */
export function segmentEvent(sent: unknown, { type, isTrusted, hasClock }: Reading): SegmentEvent {
  const message = membersOf(sent)
  const ownType = take(message, 'type', isText)
  const context = within(message, 'context')
  const read = readContext(context, isTrusted)
  const { fields, own } = read
  const { anonymousId, userId } = takeIds(message)
  const messageId = take(message, 'messageId', isMessageId)
  const eventId = own.eventId ?? (messageId === undefined ? undefined : String(messageId))
  const timestamp = takeTime(message)
  const call = readCall(type ?? ownType, { message, context, read, isTrusted })
  const { page = NO_FACTS, money } = call
  const event: Writable<SegmentEvent> = {}
  if (eventId !== undefined) event.eventId = eventId
  if (timestamp !== undefined) event.timestamp = timestamp
  addPresent(event, {
    event: call.event,
    anonymousId,
    userId,
    sessionId: fields.sessionId,
    stamped: timestamp !== undefined && (own.stamped ?? hasClock) ? true : undefined,
    properties: orNothing(withRest(call.properties, restOf(message, TRANSPORT))),
    value: money?.value,
    currency: money?.currency,
    traits: call.traits,
    email: call.email,
    url: fields.url ?? page['url'],
    path: fields.path ?? page['path'],
    title: fields.title ?? page['title'],
    referrer: fields.referrer ?? page['referrer'],
    utm: fields.utm,
    clickIds: fields.clickIds,
    consent: fields.consent,
    context: fields.context,
  })
  return event
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

const NO_FACTS: { readonly [fact: string]: string } = {}

function readCall(type: string | undefined, call: CallContext): Call {
  const { message, context } = call
  const given = take(message, 'properties', isObject) ?? {}
  if (type === 'identify') {
    const traits = { ...takeTraits(context), ...take(message, 'traits', isObject) }
    return { event: '$identify', traits: orNothing(traits), email: emailOf(traits), properties: given }
  }
  const email = take(within(context, 'traits'), 'email', isText)
  if (type === 'group') {
    const traits = take(message, 'traits', isObject)
    const groupId = idText(take(message, 'groupId', isIdLike))
    return { event: '$group', email, properties: { ...given, groupId, ...(traits && { traits }) } }
  }
  if (type === 'alias') {
    const previousId = idText(take(message, 'previousId', isIdLike))
    return { event: '$alias', email, properties: { ...given, previousId } }
  }
  const { rest, ...money } = liftAmount(given)
  if (type === 'page') {
    const { page, rest: own } = takePage(rest, call.read)
    return { event: '$pageview', email, money, page, properties: own }
  }
  if (type === 'screen') return { event: 'screen_viewed', email, money, properties: rest }
  const name = take(message, 'event', isText)
  const named = name === undefined ? { event: undefined, properties: rest } : standardName(name, rest, call.isTrusted)
  return { ...named, email, money }
}

const FACTS = ['url', 'path', 'title', 'referrer'] as const

/** A page call says in its properties again what its context says. Where only they say it, it is the page's fact. */
function takePage(properties: Properties, { fields }: ReadContext) {
  const said = membersOf(properties)
  take(said, 'referrer', isDirect)
  const page: { [fact: string]: string } = {}
  for (const fact of FACTS) {
    const known = fields[fact]
    const text = take(said, fact, (value): value is string => value === '' || (isText(value) && known === undefined))
    if (text) page[fact] = text
    take(said, fact, (value): value is string => value === known)
  }
  const url = fields.url ?? page['url'] ?? ''
  // Part of the address, said again.
  take(said, 'search', (value): value is string => typeof value === 'string' && url.includes(value))
  return { page, rest: allOf(said) }
}

function emailOf({ email }: JsonMembers): string | undefined {
  return isText(email) ? email : undefined
}

function isIdLike(value: unknown): value is string | number {
  return isText(value) || (typeof value === 'number' && Number.isFinite(value))
}

/** Databases count their users: 42 is the id `'42'`. A number that is not exact is left, to be refused. */
function idText(id: string | number | undefined): string | number | undefined {
  return isExact(id) ? String(id) : id
}

/** A number that stands for several ids would make one event of several. */
function isMessageId(value: unknown): value is string | number {
  return isText(value) || isExact(value)
}

function isUsable(value: unknown): value is string | number {
  return isIdLike(value) && isUsableId(idText(value))
}

/** What names nobody, such as `guest`, is no id. Beside one that is, it stays among the properties. */
function takeIds(message: Members) {
  const anonymousId = idText(take(message, 'anonymousId', isUsable))
  const userId = idText(take(message, 'userId', isUsable))
  if (anonymousId !== undefined || userId !== undefined) return { anonymousId, userId }
  return {
    anonymousId: idText(take(message, 'anonymousId', isIdLike)),
    userId: idText(take(message, 'userId', isIdLike)),
  }
}

/** A `timestamp` that is no time stays among the properties. */
function takeTime(message: Members): string | undefined {
  const time = utcText(message.source['timestamp'])
  if (time === undefined) return utcText(message.source['originalTimestamp'])
  drop(message, ['timestamp'])
  return time
}

/** The clock of a request: its `sentAt`, or that of its only message. */
export function clockOf(sent: unknown): number | undefined {
  return instantOf(membersOf(sent).source['sentAt'])
}
