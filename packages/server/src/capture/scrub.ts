import { type JsonObject, scrub as scrubEvent, type TrackEvent } from '@threadline/schema'
import { jsonForm } from './json-form.ts'

/**
 * An `onCapture` hook that removes e-mail addresses and card numbers from properties, addresses, title, referrer and
 * campaign, percent-encoded ones too: the browser's `scrub`, for events that are captured on a server. Takes time in
 * proportion to their length.
 *
 * It sees properties in the form in which they travel: the message of an `Error`, the entries of a `Map`. Put it last, so
 * that it sees what other hooks add. `$identify`, `$alias` and `$group` keep their properties, and every event its ids and
 * traits. Numbers are left alone, since ids and amounts can have a card's check digit.
 *
 * @throws TypeError for properties that have no form in JSON: the event is then dropped, and reported as `hook_failed`.
 *
 * @example
 * ```ts
 * const client = createServerClient({ key, host, onCapture: scrub })
 * ```
 */
export function scrub(event: TrackEvent): TrackEvent {
  // Else a bigint would keep JSON from being made of the properties, and they would pass as they are.
  const properties = jsonForm(event.properties, 'properties') as JsonObject | undefined
  return scrubEvent({ ...event, properties })
}
