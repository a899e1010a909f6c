import { EVENT_ID_PROPERTY } from '@threadline/destinations'
import { uuidv7 } from '@threadline/schema'
import { isObject, isText, type JsonMembers } from '../json-members.ts'
import { allOf, type Members, membersOf, restOf, take } from '../members.ts'
import { addPresent, isExact, type Lifted, liftFirst, orNothing, type Properties, withRest } from '../translate.ts'
import { factsOf } from './facts.ts'
import { isFlag, isId } from './kinds.ts'
import { momentOf, type PosthogArrival } from './moment.ts'

/** Our names for what PostHog's clients report by themselves. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['$pageview', '$pageview'],
  ['$pageleave', '$page_leave'],
  ['$identify', '$identify'],
  ['$set', '$identify'],
  ['$create_alias', '$alias'],
  ['$merge_dangerously', '$alias'],
  ['$groupidentify', '$group'],
  ['$screen', 'screen_viewed'],
])

/** The group type that goes without saying: that of PostHog's own examples, and of our destination. */
const USUAL_GROUP_TYPE = 'company'

/** Instructions to PostHog, and what other members say already. `token` is a key, and no key is stored. */
const NO_FACTS: ReadonlySet<string> = new Set([
  'token',
  'api_key',
  'distinct_id',
  '$process_person_profile',
  '$is_identified',
  '$geoip_disable',
  '$ignore_sent_at',
  '$time',
  '$event_time_override_system_time',
])

/** Members beside `properties` that are no facts either: about the request, and about the client, which `$lib` says too. */
const NO_FACTS_BESIDE: ReadonlySet<string> = new Set([
  'api_key',
  'token',
  'sent_at',
  'historical_migration',
  'type',
  'library',
  'library_version',
  'offset',
])

/** A `$` in front is reserved here: PostHog's other events (`$autocapture`, `$exception`) go without it. */
function nameOf(event: unknown): unknown {
  return isText(event) ? (NAMES.get(event) ?? event.replace(/^\$+/, '')) : event
}

/** The id of every visitor of a page in `cookieless_mode`, for the server to put one of its own in its place. */
const COOKIELESS = '$posthog_cookieless'

/** Properties that name a visitor. */
const VISITOR_IDS = ['distinct_id', '$device_id', '$anon_distinct_id'] as const

/** An event that names nobody in particular, with the visitor of that day; any other as it is. */
function withVisitor(sent: JsonMembers, arrival: PosthogArrival): JsonMembers {
  const told = isObject(sent['properties']) ? sent['properties'] : {}
  const distinctId = sent['distinct_id'] ?? told['distinct_id']
  const names = VISITOR_IDS.filter((name) => told[name] === COOKIELESS)
  if (distinctId !== COOKIELESS && names.length === 0) return sent
  const visitorOfDay = arrival.visitorOfDay?.()
  const properties = { ...told, ...Object.fromEntries(names.map((name) => [name, visitorOfDay])) }
  if (distinctId !== COOKIELESS) return { ...sent, properties }
  return { ...sent, distinct_id: visitorOfDay, properties: { ...properties, $is_identified: false } }
}

interface Ids {
  readonly [field: string]: unknown
  readonly anonymousId?: unknown
  readonly userId?: unknown
}

/**
 * Whose event it is. `distinct_id` alone does not say whether it is a visitor's or a user's: a visitor's is one that the
 * sender wants no person for, that it says is not identified, or that is the device's.
 */
function idsOf(event: unknown, distinctId: unknown, bag: Members): Ids {
  if (event === '$groupidentify' && distinctId !== undefined && distinctId === nobodysId(bag))
    return { anonymousId: distinctId }
  const isProfile = take(bag, '$process_person_profile', isFlag)
  const isIdentified = take(bag, '$is_identified', isFlag)
  const device = take(bag, '$device_id', isId)
  const before = take(bag, '$anon_distinct_id', isId)
  const isUsers =
    take(bag, '$user_id', (value): value is unknown => isPresent(value) && value === distinctId) !== undefined
  const isVisitors = !isUsers && (isProfile === false || isIdentified === false || device === distinctId)
  if (event !== '$identify' && isVisitors) return { anonymousId: distinctId }
  const visitor = before ?? device
  return { userId: distinctId, ...(visitor !== distinctId && visitor !== undefined && { anonymousId: visitor }) }
}

/** What PostHog's server SDKs call whoever tells of a group without being anybody. */
function nobodysId(bag: Members): string | undefined {
  const { $group_type: type, $group_key: key } = bag.source
  return isText(type) && isKey(key) ? `$${type}_${key}` : undefined
}

/** Which amount is the event's, the likeliest first. */
const AMOUNTS = ['revenue', '$revenue', 'value'] as const

function moneyOf(all: Properties): Lifted {
  return all['currency'] === undefined ? { rest: all } : liftFirst(all, AMOUNTS)
}

/**
 * The canonical events in one of PostHog's, still to be checked: usually one, and an `$identify` besides where an ordinary event
 * sets properties of its person. Both have one id, which counts by name.
 *
 * @param given - As it was sent: nothing is taken for granted, so that what is wrong is refused by the canonical event's rules.
 */
export function fromPosthog(given: unknown, arrival: PosthogArrival): readonly object[] {
  if (!isObject(given)) return [{}]
  const sent = withVisitor(given, arrival)
  const beside = membersOf(sent)
  const told = take(beside, 'properties', isObject)
  const bag = membersOf(told)
  const event = take(beside, 'event', isPresent)
  const distinctId = textOf(take(beside, 'distinct_id', isPresent) ?? told?.['distinct_id'])
  const $set = merged(take(bag, '$set', isObject), take(beside, '$set', isObject))
  const $setOnce = merged(take(bag, '$set_once', isObject), take(beside, '$set_once', isObject))
  const ids = idsOf(event, distinctId, bag)
  const email = isText($set?.['email']) ? $set['email'] : undefined
  const uuid = textOf(take(beside, 'uuid', isNumberOrId))
  const eventId = take(bag, EVENT_ID_PROPERTY, isId) ?? uuid ?? uuidv7(arrival.receivedAt)
  const shared: { [field: string]: unknown } = { eventId }
  addPresent(shared, momentOf({ beside, bag, uuid }, arrival))
  addPresent(shared, ids)
  addPresent(shared, { sessionId: take(bag, '$session_id', isId) })
  addPresent(shared, factsOf({ bag, beside }, arrival.isTrusted))
  const name = nameOf(event)
  // A trait that is set once has no place among traits, of which the latest counts.
  const others = merged(restOf(beside, NO_FACTS_BESIDE), orNothing($setOnce) && { $set_once: $setOnce })
  const rest = (): Properties => withRest(allOf(bag, NO_FACTS), others)

  if (name === '$identify') {
    return [{ ...shared, event: name, email, traits: orNothing($set), properties: orNothing(rest()) }]
  }
  if (name === '$alias') return [{ ...shared, event: name, ...aliasOf(ids, distinctId, { bag, rest }) }]
  if (name === '$group') return [{ ...shared, event: name, properties: groupOf(bag, rest) }]
  const { email: _email, ...traits } = $set ?? {}
  const link = orNothing(traits) ? [{ ...shared, event: '$identify', email, traits: $set }] : []
  const { rest: properties, ...money } = moneyOf(rest())
  addPresent(shared, { event: name, email, properties: orNothing(properties) })
  addPresent(shared, money)
  return [shared, ...link]
}

/** Whether a member is there, whatever it is: what is wrong is refused by the canonical event's rules. */
function isPresent(value: unknown): value is unknown {
  return value !== undefined
}

/** A number counts its events. */
function isNumberOrId(value: unknown): value is string | number {
  return isId(value) || isExact(value)
}

/** Both of two objects; the second goes first. */
function merged(one: Properties | undefined, other: Properties | undefined): Properties | undefined {
  return one && other ? { ...one, ...other } : (other ?? one)
}

/** The properties of an event, of which some are still to be taken, and all that is left in the end. */
interface Left {
  readonly bag: Members
  readonly rest: () => Properties
}

/** `alias` becomes another name of whoever `distinct_id` is; where that is a visitor, it is their user. */
function aliasOf({ userId }: Ids, distinctId: unknown, { bag, rest }: Left): object {
  const alias = take(bag, 'alias', isId)
  return userId === undefined
    ? { userId: alias, properties: { ...rest(), previousId: distinctId } }
    : { properties: { ...rest(), previousId: alias } }
}

function groupOf(bag: Members, rest: Left['rest']): object {
  const type = take(bag, '$group_type', isText)
  const groupId = textOf(take(bag, '$group_key', isKey))
  const traits = orNothing(take(bag, '$group_set', isObject))
  take(bag, '$groups', (groups): groups is unknown => isOnly(groups, type, groupId))
  return {
    ...rest(),
    groupId,
    ...(traits && { traits }),
    ...(type !== USUAL_GROUP_TYPE && type !== undefined && { $group_type: type }),
  }
}

const isKey = (value: unknown): value is string | number => isText(value) || isExact(value)

/** Whether `groups` says only what the event itself says. */
function isOnly(groups: unknown, type: string | undefined, key: unknown): boolean {
  return isObject(groups) && type !== undefined && Object.keys(groups).length === 1 && textOf(groups[type]) === key
}

/** PostHog takes numbers for ids. One that is not exact is left, to be refused. */
function textOf(id: unknown): unknown {
  return isExact(id) ? String(id) : id
}
