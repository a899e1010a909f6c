import { isUsableId } from '@threadline/schema'
import type { Lifted, Properties } from '../translate.ts'
import { type ReadContext, readContext, takeTraits } from './context.ts'
import { isObject, isText, type JsonMembers, type Members, membersOf } from './members.ts'
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
  const ownType = message.take('type', isText)
  const context = message.within('context')
  const read = readContext(context, isTrusted)
  const { fields, own } = read
  const ids = takeIds(message)
  const messageId = message.take('messageId', isText)
  const timestamp = takeTime(message)
  const { event, traits, email, properties, money, page } = readCall(type ?? ownType, {
    message,
    context,
    read,
    isTrusted,
  })
  message.drop(...TRANSPORT)
  return {
    eventId: own.eventId ?? messageId,
    event,
    ...ids,
    ...fields,
    ...page,
    ...(timestamp !== undefined && (own.stamped ?? hasClock) && { stamped: true }),
    timestamp,
    traits,
    email,
    ...money,
    properties: orNothing(withRest(properties, message.rest())),
  }
}

function readCall(type: string | undefined, call: CallContext): Call {
  const { message, context } = call
  const given = message.take('properties', isObject) ?? {}
  if (type === 'identify') {
    const traits = { ...takeTraits(context), ...message.take('traits', isObject) }
    return { event: '$identify', traits: orNothing(traits), email: emailOf(traits), properties: given }
  }
  const email = context.within('traits').take('email', isText)
  if (type === 'group') {
    const traits = message.take('traits', isObject)
    const groupId = idText(message.take('groupId', isIdLike))
    return { event: '$group', email, properties: { ...given, groupId, ...(traits && { traits }) } }
  }
  if (type === 'alias') {
    const previousId = idText(message.take('previousId', isIdLike))
    return { event: '$alias', email, properties: { ...given, previousId } }
  }
  const { rest, ...money } = liftAmount(given)
  if (type === 'page') {
    const { page, rest: own } = takePage(rest, call.read)
    return { event: '$pageview', email, money, page, properties: own }
  }
  if (type === 'screen') return { event: 'screen_viewed', email, money, properties: rest }
  const name = message.take('event', isText)
  const named = name === undefined ? { event: undefined, properties: rest } : standardName(name, rest, call.isTrusted)
  return { ...named, email, money }
}

const FACTS = ['url', 'path', 'title', 'referrer'] as const

/** A page call says in its properties again what its context says. Where only they say it, it is the page's fact. */
function takePage(properties: Properties, { fields }: ReadContext) {
  const said = membersOf(properties)
  const page: { [fact: string]: string } = {}
  for (const fact of FACTS) {
    const known = fields[fact]
    const text = said.take(fact, (value): value is string => value === '' || (isText(value) && known === undefined))
    if (text) page[fact] = text
    said.take(fact, (value): value is string => value === known)
  }
  const url = fields.url ?? page['url'] ?? ''
  // Part of the address, said again.
  said.take('search', (value): value is string => typeof value === 'string' && url.includes(value))
  return { page, rest: said.all() }
}

function emailOf({ email }: JsonMembers): string | undefined {
  return isText(email) ? email : undefined
}

function isIdLike(value: unknown): value is string | number {
  return isText(value) || (typeof value === 'number' && Number.isFinite(value))
}

/** Databases count their users: 42 is the id `'42'`. */
function idText(id: string | number | undefined): string | undefined {
  return id === undefined ? undefined : String(id)
}

function isUsable(value: unknown): value is string | number {
  return isIdLike(value) && isUsableId(String(value))
}

/** What names nobody, such as `guest`, is no id. Beside one that is, it stays among the properties. */
function takeIds(message: Members) {
  const anonymousId = idText(message.take('anonymousId', isUsable))
  const userId = idText(message.take('userId', isUsable))
  if (anonymousId !== undefined || userId !== undefined) return { anonymousId, userId }
  return {
    anonymousId: idText(message.take('anonymousId', isIdLike)),
    userId: idText(message.take('userId', isIdLike)),
  }
}

/** ISO 8601, which without a time zone is UTC; otherwise anything that JavaScript reads as a time. */
function isTime(value: unknown): value is string | number {
  return isIdLike(value) && !Number.isNaN(new Date(withZone(value)).getTime())
}

function withZone(time: string | number): string | number {
  return typeof time === 'string' && /^\d{4}-\d{2}-\d{2}T[\d:.]+$/.test(time) ? `${time}Z` : time
}

/** A `timestamp` that is no time stays among the properties. */
function takeTime(message: Members): string | undefined {
  const time = message.take('timestamp', isTime) ?? message.take('originalTimestamp', isTime)
  return time === undefined ? undefined : new Date(withZone(time)).toISOString()
}

/** The clock of a request: its `sentAt`, or that of its only message. */
export function clockOf(sent: unknown): number | undefined {
  const sentAt = membersOf(sent).take('sentAt', isTime)
  return sentAt === undefined ? undefined : new Date(withZone(sentAt)).getTime()
}

/** Adds what has no place anywhere else, under its own name or, when a property has that already, one beside it. */
function withRest(properties: Properties, rest: JsonMembers = {}): Properties {
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
