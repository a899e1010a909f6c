import type { Json, JsonObject, TrackEvent } from '@threadline/schema'
import type { Part } from '../contract/instance.ts'
import { attempt } from '../platform/attempt.ts'
import { readLocal, writeLocal } from '../platform/local-storage.ts'

const STORAGE_KEY = 'tl_touches'

/** The events that say who somebody is or becomes: the ones that a campaign wants to be credited for. */
const CREDITED: readonly string[] = ['$identify', 'signup_completed', 'lead_created', 'checkout_started']

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

/** What is stored, as far as it can be read. */
export function readTouches(): Touches {
  return attempt((): Touches => JSON.parse(readLocal(STORAGE_KEY) ?? '{}')) ?? {}
}

function isFilled(value: object | undefined): boolean {
  return Object.keys(value ?? {}).length > 0
}

function isForeign(referrer: string | undefined): boolean {
  return !!referrer && attempt(() => new URL(referrer).hostname) !== location.hostname
}

/** A pageview as a touch. */
function toTouch({ timestamp, path = '', referrer, utm, clickIds }: TrackEvent): Touch {
  return {
    at: timestamp,
    path,
    ...(isForeign(referrer) && { referrer }),
    ...(isFilled(utm) && { utm: { ...utm } }),
    ...(isFilled(clickIds) && { click_ids: { ...clickIds } }),
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

/**
 * A part that remembers the first and the last touch, in `localStorage`, and adds both to the events that say who
 * somebody is or becomes (`$identify`, `signup_completed`, `lead_created`, `checkout_started`) as the properties
 * `first_touch` and `last_touch`.
 */
export const touches: Part = () => {
  let isAllowed = false
  let known: Touches = {}

  function add(earlier: Touches, later: Touches): void {
    known = mergeTouches(earlier, later)
    if (isAllowed) writeLocal(STORAGE_KEY, JSON.stringify(known))
  }

  return {
    enrich(event) {
      if (event.event === '$pageview') {
        const touch = toTouch(event)
        add(known, { first: touch, last: touch })
      }
      if (!CREDITED.includes(event.event)) return undefined
      const { first, last } = known
      const credit: { [name: string]: Json | undefined } = { first_touch: first, last_touch: last }
      return { properties: { ...credit, ...event.properties } }
    },
    allowed() {
      isAllowed = true
      add(readTouches(), known)
    },
    refused() {
      isAllowed = false
      writeLocal(STORAGE_KEY, '')
    },
  }
}
