import type { Consent, EventContext, Utm } from '@threadline/schema'
import { isObject, isText, type JsonMembers } from '../json-members.ts'
import { drop, type Members, NOTHING, take, within } from '../members.ts'
import { isDirect, presentOrNothing } from '../translate.ts'
import { takeConsent } from './consent.ts'

/** What a message's `context` says that the canonical event has places for. */
export interface ReadContext {
  readonly fields: ContextFields
  /** What only our own destination writes: an event on its way back. */
  readonly own: OwnFields
}

interface ContextFields {
  readonly url?: string | undefined
  readonly path?: string | undefined
  readonly title?: string | undefined
  readonly referrer?: string | undefined
  readonly utm?: Utm | undefined
  readonly sessionId?: string | undefined
  readonly clickIds?: { readonly [parameter: string]: string } | undefined
  readonly consent?: Consent | undefined
  readonly context?: EventContext | undefined
}

interface OwnFields {
  readonly eventId: string | undefined
  /** Absent in messages of other clients. */
  readonly stamped: boolean | undefined
}

/** What our SDKs call themselves begins with this. */
const OWN_LIBRARY = '@threadline/'

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

/** RudderStack counts sessions by the time they began. */
function isSessionId(value: unknown): value is string | number {
  return isText(value) || (isNumber(value) && Number.isSafeInteger(value))
}

function isTexts(value: unknown): value is { readonly [name: string]: string } {
  return isObject(value) && Object.values(value).every((member) => typeof member === 'string')
}

function isConsent(value: unknown): value is Consent {
  return isObject(value) && Object.values(value).every(isBoolean)
}

function utmOf(campaign: Members): Utm | undefined {
  if (campaign === NOTHING) return undefined
  const text = (name: string) => take(campaign, name, isText)
  return presentOrNothing({
    source: text('source'),
    medium: text('medium'),
    campaign: text('name'),
    term: text('term'),
    content: text('content'),
  })
}

function libraryOf(library: Members): string | undefined {
  const name = take(library, 'name', isText)
  if (name === undefined) return undefined
  const version = take(library, 'version', isText)
  return version === undefined ? name : `${name}/${version}`
}

/** The size is one fact: half of it stays where it is. */
function screenOf(screen: Members): EventContext['screen'] {
  const { width, height } = screen.source
  if (!isNumber(width) || !isNumber(height)) return undefined
  drop(screen, ['width', 'height'])
  return { width, height }
}

/**
 * Takes from a message's `context` what the canonical event has places for.
 *
 * @param isTrusted - Whether the sender may say which address a visitor has: servers may, pages may claim anything.
 */
export function readContext(context: Members, isTrusted: boolean): ReadContext {
  const threadline = within(context, 'threadline')
  const ownConsent = take(threadline, 'consent', isConsent)
  // The same, under the names of a workspace's categories.
  if (ownConsent) drop(context, ['consent'])
  const consent = ownConsent ?? takeConsent(context)
  const sessionId = take(threadline, 'sessionId', isText) ?? take(context, 'sessionId', isSessionId)
  const library = libraryOf(within(context, 'library'))
  const automated = take(threadline, 'automated', isBoolean)
  const eventId = take(threadline, 'eventId', isText)
  const stamped = take(threadline, 'stamped', isBoolean)
  const clickIds = take(threadline, 'clickIds', isTexts)
  const isOwn = library?.startsWith(OWN_LIBRARY) || [ownConsent, automated, eventId, stamped, clickIds].some(isPresent)
  const page = within(context, 'page')
  const url = take(page, 'url', isText)
  take(page, 'referrer', isDirect)
  // Part of the address, said again.
  take(page, 'search', (value): value is string => isText(value) && url?.includes(value) === true)
  return {
    fields: {
      url,
      path: take(page, 'path', isText),
      title: take(page, 'title', isText),
      referrer: take(page, 'referrer', isText),
      utm: utmOf(within(context, 'campaign')),
      sessionId: sessionId === undefined ? undefined : String(sessionId),
      clickIds,
      consent,
      context: presentOrNothing({
        library,
        locale: take(context, 'locale', isText),
        timezone: take(context, 'timezone', isText),
        screen: screenOf(within(context, 'screen')),
        automated,
        userAgent: take(context, 'userAgent', isText),
        ip: isTrusted ? take(context, 'ip', isText) : undefined,
      }),
    },
    own: { eventId, stamped: isOwn ? (stamped ?? false) : undefined },
  }
}

function isPresent(value: unknown): boolean {
  return value !== undefined
}

/** What is known of the user beside an event. In an `identify`, RudderStack has the traits themselves there. */
export function takeTraits(context: Members): JsonMembers {
  return take(context, 'traits', isObject) ?? {}
}
