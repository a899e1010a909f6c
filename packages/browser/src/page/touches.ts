import { isWithin, type Json, type JsonObject, PAYMENT_AND_SIGN_IN, type TrackEvent } from '@threadline/schema'
import type { Part } from '../contract/instance.ts'
import { widestDomain } from '../identity/cookies.ts'
import { attempt } from '../platform/attempt.ts'
import { readLocal, writeLocal } from '../platform/local-storage.ts'

const STORAGE_KEY = 'tl_touches'

/** The events that say who somebody is or becomes: the ones that a campaign wants to be credited for. */
const CREDITED: readonly string[] = ['$identify', 'signup_completed', 'lead_created', 'checkout_started']

/** Longest path or referrer that is kept, in characters: both touches travel with an event beside its own properties. */
const MAX_ADDRESS_LENGTH = 1_000
/** Longest text that is read from storage, in characters: anybody can write there. */
const MAX_STORED_LENGTH = 16_000

export interface TouchesOptions {
  /**
   * More domains that nobody comes from, each with all below it: the site's other domains, its own payment or sign-in page.
   * Those of well-known payment and sign-in services, and the site's own, need not be named.
   */
  readonly ignoreReferrers?: readonly string[]
}

/** How the visitor came. */
export interface Touch extends JsonObject {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly path: string
  readonly referrer?: string | undefined
  readonly utm?: JsonObject | undefined
  readonly click_ids?: JsonObject | undefined
}

/** The first time somebody came at all, and the last time they came from somewhere that can be named. */
export interface Touches {
  readonly first?: Touch
  readonly last?: Touch
}

function isTouch(value: Touch | undefined): value is Touch {
  return typeof value?.at === 'string' && typeof value.path === 'string'
}

/** What is stored, as far as it can be read. */
export function readTouches(): Touches {
  const stored = readLocal(STORAGE_KEY) ?? ''
  if (stored.length > MAX_STORED_LENGTH) return {}
  const { first, last }: Touches = attempt(() => JSON.parse(stored)) ?? {}
  return { ...(isTouch(first) && { first }), ...(isTouch(last) && { last }) }
}

function filled(values: object | undefined): JsonObject | undefined {
  const entries = Object.entries(values ?? {}).filter(([, value]) => value)
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

/** A pageview as a touch. */
function toTouch({ timestamp, path = '', referrer, utm, clickIds }: TrackEvent): Touch {
  const campaign = filled(utm)
  const ids = filled(clickIds)
  return {
    at: timestamp,
    path: path.slice(0, MAX_ADDRESS_LENGTH),
    ...(referrer && { referrer: referrer.slice(0, MAX_ADDRESS_LENGTH) }),
    ...(campaign && { utm: campaign }),
    ...(ids && { click_ids: ids }),
  }
}

/** Whether a touch replaces the last one: a direct visit changes nothing. */
export function isNamed({ referrer, utm, click_ids: ids }: Touch): boolean {
  return !!(referrer ?? utm ?? ids)
}

/** What is known after `later` was added to `earlier`. */
export function mergeTouches(earlier: Touches, later: Touches): Touches {
  const first = earlier.first ?? later.first
  const last = later.last && (isNamed(later.last) || !earlier.last) ? later.last : earlier.last
  return { ...(first && { first }), ...(last && { last }) }
}

function mapTouches({ first, last }: Touches, change: (touch: Touch) => Touch): Touches {
  return { ...(first && { first: change(first) }), ...(last && { last: change(last) }) }
}

/** Whether the visitor came just now: Back, Forward and Reload show the referrer and the campaign of a visit before. */
function isArrival(): boolean {
  const entries = attempt(() => performance.getEntriesByType('navigation')) ?? []
  return !entries.some((entry) => 'type' in entry && (entry.type === 'reload' || entry.type === 'back_forward'))
}

/**
 * Makes a part that remembers the first and the last touch, in `localStorage`, and adds both to the events that say who
 * somebody is or becomes (`$identify`, `signup_completed`, `lead_created`, `checkout_started`) as the properties
 * `first_touch` and `last_touch`.
 *
 * A touch is named by a campaign, a click id or a referrer. The site's own domains are no referrers, nor are payment and
 * sign-in services, from which visitors come back. A page that is reloaded, or reached by Back, is no new touch.
 */
export function touches({ ignoreReferrers = [] }: TouchesOptions = {}): Part {
  return ({ config }) => {
    const ignored = [...PAYMENT_AND_SIGN_IN, ...ignoreReferrers]
    let isAllowed = false
    /** What this page knows; in place of what is stored where nothing may be, or can be. */
    let known: Touches = {}
    /** The referrer has been counted: it stays what it was, whatever route the document shows. */
    let hasArrived = false
    /** Campaigns that were counted: a router's Back shows their addresses again. */
    const counted = new Set<string>()

    /** The widest domain that is surely the site's own; or could be, as long as no cookie may be set to find out. */
    function ownDomain(): string {
      const { hostname } = location
      return isAllowed ? widestDomain(config) || hostname : hostname.split('.').slice(-2).join('.')
    }

    /** The touch without a referrer that nobody comes from. */
    function judge(touch: Touch): Touch {
      const host = attempt(() => new URL(touch.referrer ?? '').hostname)
      const isForeign = host && ![ownDomain(), ...ignored].some((domain) => isWithin(host, domain))
      return isForeign ? touch : { ...touch, referrer: undefined }
    }

    /** What is stored: other tabs store too. */
    function current(): Touches {
      return { ...known, ...readTouches() }
    }

    function store(touches: Touches): void {
      known = touches
      writeLocal(STORAGE_KEY, JSON.stringify(touches))
    }

    function view(event: TrackEvent): void {
      const campaign = JSON.stringify([event.utm, event.clickIds])
      const touch = toTouch({
        ...event,
        ...(counted.has(campaign) && { utm: undefined, clickIds: undefined }),
        ...(hasArrived && { referrer: undefined }),
      })
      hasArrived = true
      counted.add(campaign)
      if (isAllowed) store(mergeTouches(current(), mapTouches({ first: touch, last: touch }, judge)))
      else known = mergeTouches(known, { first: touch, last: touch })
    }

    return {
      enrich(event) {
        if (event.event === '$pageview') view(event)
        if (!CREDITED.includes(event.event)) return undefined
        const { first, last } = isAllowed ? current() : mapTouches(known, judge)
        const credit: { [name: string]: Json | undefined } = { first_touch: first, last_touch: last }
        return { properties: { ...credit, ...event.properties } }
      },
      allowed() {
        isAllowed = true
        const stored = readTouches()
        store(stored.last && !isArrival() ? stored : mergeTouches(stored, mapTouches(known, judge)))
      },
      refused() {
        isAllowed = false
        known = {}
        writeLocal(STORAGE_KEY, '')
      },
    }
  }
}
