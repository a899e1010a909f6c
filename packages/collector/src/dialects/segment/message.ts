import { isUsableId } from '@threadline/schema'
import { isDirect, isExact, type Lifted, type Properties, parseTime } from '../translate.ts'
import { type ReadContext, readContext, takeTraits } from './context.ts'
import {
  allOf,
  drop,
  isObject,
  isText,
  type JsonMembers,
  type Members,
  membersOf,
  restOf,
  take,
  within,
} from './members.ts'
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

/** A canonical event, still to be checked: what its message says, and nothing where that says nothing. */
export interface SegmentEvent {
  readonly eventId: string | undefined
  readonly timestamp: string | undefined
  readonly [field: string]: unknown
}

/** Members that concern the way of a message and say nothing of what happened. */
const TRANSPORT = [
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
]

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
  const messageId = take(message, 'messageId', isText)
  const timestamp = takeTime(message)
  const call = readCall(type ?? ownType, { message, context, read, isTrusted })
  const { page = {}, money = {} } = call
  drop(message, TRANSPORT)
  // Name by name: to spread what was read costs more than to read it.
  return {
    eventId: own.eventId ?? messageId,
    event: call.event,
    anonymousId,
    userId,
    sessionId: fields.sessionId,
    timestamp,
    stamped: timestamp !== undefined && (own.stamped ?? hasClock) ? true : undefined,
    properties: orNothing(withRest(call.properties, restOf(message))),
    value: money.value,
    currency: money.currency,
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
  }
}

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

/** A time as ISO 8601 in UTC; undefined for what is none. */
function timeOf(value: unknown): string | undefined {
  if (!isIdLike(value)) return undefined
  const date = new Date(typeof value === 'string' ? parseTime(value) : value)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

/** A `timestamp` that is no time stays among the properties. */
function takeTime(message: Members): string | undefined {
  const time = timeOf(message.source['timestamp'])
  if (time === undefined) return timeOf(message.source['originalTimestamp'])
  drop(message, ['timestamp'])
  return time
}

/** The clock of a request: its `sentAt`, or that of its only message. */
export function clockOf(sent: unknown): number | undefined {
  const sentAt = timeOf(membersOf(sent).source['sentAt'])
  return sentAt === undefined ? undefined : Date.parse(sentAt)
}

/** Adds what has no place anywhere else, under its own name or, when a property has that already, one beside it. */
function withRest(properties: Properties, rest: JsonMembers | undefined): Properties {
  if (rest === undefined) return properties
  const all: { [name: string]: unknown } = { ...properties }
  for (const [name, value] of Object.entries(rest)) {
    if (all[name] === value) continue
    let free = name
    while (Object.hasOwn(all, free)) free = `${free}_`
    all[free] = value
  }
  return all
}

function orNothing(properties: Properties): Properties | undefined {
  return Object.keys(properties).length === 0 ? undefined : properties
}
