import { EVENT_ID_PROPERTY } from '@threadline/destinations'
import { isUsableId, uuidv7 } from '@threadline/schema'
import { isObject, isText, type JsonMembers } from '../segment/members.ts'
import { isExact, type Lifted, liftFirst, orNothing, type Properties, presentOf } from '../translate.ts'
import { factsOf } from './facts.ts'
import { isFlag, isId } from './kinds.ts'
import { momentOf, type PosthogArrival } from './moment.ts'
import { createPropertyBag, type PropertyBag } from './property-bag.ts'

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
const NO_FACTS = [
  'token',
  'api_key',
  'distinct_id',
  '$process_person_profile',
  '$is_identified',
  '$geoip_disable',
  '$ignore_sent_at',
  '$time',
] as const

/** A `$` in front is reserved here: PostHog's other events (`$autocapture`, `$exception`) go without it. */
function nameOf(event: unknown): unknown {
  return isText(event) ? (NAMES.get(event) ?? event.replace(/^\$+/, '')) : event
}

/** The id of every visitor of a page in `cookieless_mode`, for the server to put one of its own in its place. */
const COOKIELESS = '$posthog_cookieless'

/** Properties that name a visitor. */
const VISITOR_IDS = ['distinct_id', '$device_id', '$anon_distinct_id'] as const

/** An event that names nobody in particular, with the visitor of that day; any other as it is. */
function withVisitor(sent: JsonMembers, visitorOfDay: string | undefined): JsonMembers {
  const told = isObject(sent['properties']) ? sent['properties'] : {}
  const distinctId = sent['distinct_id'] ?? told['distinct_id']
  const names = VISITOR_IDS.filter((name) => told[name] === COOKIELESS)
  if (distinctId !== COOKIELESS && names.length === 0) return sent
  const properties = { ...told, ...Object.fromEntries(names.map((name) => [name, visitorOfDay])) }
  if (distinctId !== COOKIELESS) return { ...sent, properties }
  return { ...sent, distinct_id: visitorOfDay, properties: { ...properties, $is_identified: false } }
}

interface Ids {
  readonly anonymousId?: unknown
  readonly userId?: unknown
}

/**
 * Whose event it is. `distinct_id` alone does not say whether it is a visitor's or a user's: a visitor's is one that the
 * sender wants no person for, that it says is not identified, or that is the device's.
 */
function idsOf(event: unknown, distinctId: unknown, bag: PropertyBag): Ids {
  if (event === '$groupidentify' && distinctId !== undefined && distinctId === nobodysId(bag))
    return { anonymousId: distinctId }
  const isProfile = bag.take('$process_person_profile', isFlag)
  const isIdentified = bag.take('$is_identified', isFlag)
  const device = bag.take('$device_id', isId)
  const before = bag.take('$anon_distinct_id', isId)
  const isUsers = bag.take('$user_id', (value): value is unknown => value === distinctId) !== undefined
  const isVisitors = !isUsers && (isProfile === false || isIdentified === false || device === distinctId)
  if (event !== '$identify' && isVisitors) return { anonymousId: distinctId }
  const visitor = before ?? device
  return { userId: distinctId, ...(visitor !== distinctId && visitor !== undefined && { anonymousId: visitor }) }
}

/** What PostHog's server SDKs call whoever tells of a group without being anybody. */
function nobodysId(bag: PropertyBag): string | undefined {
  const { $group_type: type, $group_key: key } = bag.rest()
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
  const sent = withVisitor(given, arrival.visitorOfDay)
  const { event, uuid, properties } = sent
  const bag = createPropertyBag(properties)
  const distinctId = textOf(sent['distinct_id'] ?? (isObject(properties) ? properties['distinct_id'] : undefined))
  const $set = { ...bag.take('$set', isObject), ...(isObject(sent['$set']) ? sent['$set'] : {}) }
  const $setOnce = { ...bag.take('$set_once', isObject), ...(isObject(sent['$set_once']) ? sent['$set_once'] : {}) }
  const ids = idsOf(event, distinctId, bag)
  const email = isText($set['email']) ? $set['email'] : undefined
  const shared = {
    eventId: bag.take(EVENT_ID_PROPERTY, isId) ?? (isUsableId(uuid) ? uuid : uuidv7(arrival.receivedAt)),
    ...momentOf(sent, bag, arrival),
    ...ids,
    ...presentOf({ sessionId: bag.take('$session_id', isId), ...factsOf(bag, arrival.isTrusted) }),
  }
  const name = nameOf(event)
  bag.drop(...NO_FACTS)
  // A trait that is set once has no place among traits, of which the latest counts.
  const once = orNothing($setOnce) && { $set_once: $setOnce }

  if (name === '$identify') {
    return [
      { ...shared, event: name, email, traits: orNothing($set), properties: orNothing({ ...bag.rest(), ...once }) },
    ]
  }
  if (name === '$alias') return [{ ...shared, event: name, ...aliasOf(ids, distinctId, bag) }]
  if (name === '$group') return [{ ...shared, event: name, properties: { ...groupOf(bag), ...once } }]
  const { rest, ...money } = moneyOf({ ...bag.rest(), ...once })
  const whole = { ...shared, event: name, ...presentOf({ email, ...money, properties: orNothing(rest) }) }
  const { email: _email, ...traits } = $set
  return orNothing(traits) ? [whole, { ...shared, event: '$identify', email, traits: $set }] : [whole]
}

/** `alias` becomes another name of whoever `distinct_id` is; where that is a visitor, it is their user. */
function aliasOf({ userId }: Ids, distinctId: unknown, bag: PropertyBag): object {
  const alias = bag.take('alias', isId)
  return userId === undefined
    ? { userId: alias, properties: { ...bag.rest(), previousId: distinctId } }
    : { properties: { ...bag.rest(), previousId: alias } }
}

function groupOf(bag: PropertyBag): object {
  const type = bag.take('$group_type', isText)
  const groupId = textOf(bag.take('$group_key', isKey))
  const traits = orNothing(bag.take('$group_set', isObject))
  bag.take('$groups', (groups): groups is unknown => isOnly(groups, type, groupId))
  return {
    ...bag.rest(),
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
