import type { Adjustment, DeliveryResponse, Destination, EncodedEvent, RejectedEvent, Verdict } from '@threadline/core'
import { type JsonObject, type TrackEvent, utf8Bytes } from '@threadline/schema'
import { libraryOf } from './context-fields.ts'
import { EVENT_ID_PROPERTY } from './event-id.ts'
import { jsonText, quoted } from './json-text.ts'
import { currencyRefusal, revenueOrValue } from './money.ts'
import { baseAddress, headerText } from './options.ts'
import { ownId } from './own-id.ts'
import { otherIdOf, refusal, type ServiceRules } from './refusal.ts'
import { serviceName } from './service-name.ts'
import { apiVerdict } from './service-verdict.ts'
import { hostOf, utmFields } from './url.ts'

export interface MixpanelOptions {
  /** The project's token. The import API takes whatever comes with it, with any time: keep it on servers. */
  readonly token: string
  /**
   * `https://api-eu.mixpanel.com` and `https://api-in.mixpanel.com` for projects whose data is in the EU or in India.
   *
   * @defaultValue `https://api.mixpanel.com`
   */
  readonly baseUrl?: string | undefined
  /**
   * The group key of the project's settings that groups are known by.
   *
   * @defaultValue `'company'`
   */
  readonly groupKey?: string | undefined
}

const RULES: ServiceRules = {
  maxNameLength: 255,
  identify: true,
  group: true,
  missingIdentity: ({ anonymousId, userId }) =>
    anonymousId || userId ? undefined : 'Mixpanel needs an anonymousId or a userId',
}

/** Names under which Mixpanel's own script reports the same thing. */
const NAMES: { readonly [event: string]: string } = {
  $pageview: '$mp_web_page_view',
  $page_leave: '$mp_page_leave',
}

/** Longest text that Mixpanel keeps of a property, in characters. */
const MAX_TEXT_LENGTH = 255

/** What Mixpanel's own script says of the page and the browser. */
function pageProperties({ url, path, title, referrer, utm, clickIds, sessionId, context }: TrackEvent): JsonObject {
  const { locale, timezone, screen, userAgent, ip } = context ?? {}
  const { name, version } = libraryOf(context?.library)
  return {
    $current_url: url,
    current_domain: hostOf(url),
    current_url_path: path,
    current_page_title: title,
    $referrer: referrer,
    $referring_domain: hostOf(referrer),
    ...utmFields(utm),
    ...clickIds,
    mp_lib: name,
    $lib_version: version,
    $screen_width: screen?.width,
    $screen_height: screen?.height,
    ip,
    session_id: sessionId,
    locale,
    timezone,
    user_agent: userAgent,
  }
}

/** The properties that belong to the kind of event. */
function kindProperties(event: TrackEvent, groupKey: string): JsonObject {
  const { event: name, traits, email, properties } = event
  if (name === '$identify') return { ...traits, $email: email ?? traits?.['email'] }
  const other = otherIdOf(event)
  if (name !== '$group' || other === undefined) return { $email: email, ...properties }
  const { groupId: _id, traits: groupTraits, ...rest } = properties ?? {}
  return { ...rest, group_traits: groupTraits, [groupKey]: other }
}

/** Names of texts that Mixpanel will cut. */
function cutTexts(properties: JsonObject): readonly Adjustment[] {
  const long = Object.entries(properties).filter(
    ([, value]) => typeof value === 'string' && value.length > MAX_TEXT_LENGTH,
  )
  return long.length === 0 ? [] : [{ kind: 'value_truncated', detail: long.map(([name]) => name).join(', ') }]
}

interface FailedRecord {
  readonly index: number
  readonly message: string
}

/** What a strict import says of the events it refused; nothing when it says no such thing. */
function failedRecords(body: string): readonly FailedRecord[] {
  try {
    const { failed_records: records }: { failed_records?: unknown } = JSON.parse(body)
    if (!Array.isArray(records)) return []
    return records.map(({ index, message }: { index: unknown; message: unknown }) => ({
      index: Number(index),
      message: String(message).slice(0, 200),
    }))
  } catch {
    return []
  }
}

/** A strict import stores what is valid and answers 400 with the rest. */
function importVerdict(response: DeliveryResponse, batch: readonly EncodedEvent[], now: number): Verdict {
  const verdict = apiVerdict(response, batch, now)
  if (response.status !== 400) return verdict
  const rejected = failedRecords(response.body).flatMap(({ index, message }): RejectedEvent[] => {
    const event = batch[index]
    if (!event) return []
    const { eventId, body } = event
    const isShared = batch.filter((other) => other.eventId === eventId).length > 1
    const refused: RejectedEvent = { eventId, reason: 'validation_error', message }
    return [isShared ? { ...refused, event: JSON.parse(body).event } : refused]
  })
  return rejected.length === 0 ? verdict : { kind: 'delivered', rejected }
}

/**
 * Mixpanel: `POST /import?strict=1`, up to 2000 events a request, from servers only.
 *
 * Events that come again count once by name, person, time and `$insert_id`. A refused batch stored its valid events, and
 * the answer names the others. Identity is that of projects with the simplified ID merge: an event with both ids joins
 * visitor and user. The import API sets no profiles: traits are properties of the `$identify` event.
 *
 * @throws ThreadlineError `invalid_config` when an option is missing or malformed.
 */
export function mixpanel(options: MixpanelOptions): Destination {
  const destination = 'mixpanel'
  const { baseUrl = 'https://api.mixpanel.com', groupKey = 'company' } = options
  const url = `${baseAddress({ destination, option: 'baseUrl', value: baseUrl })}/import?strict=1`
  const token = headerText({ destination, option: 'token', value: options.token })
  const key = headerText({ destination, option: 'groupKey', value: groupKey })
  const headers = { 'content-type': 'application/json', authorization: `Basic ${btoa(`${token}:`)}` }

  return {
    name: destination,
    limits: {
      maxEvents: 2_000,
      // The smaller of two published limits (10 MB, 2 MB).
      maxRequestBytes: 2_000_000,
      maxEventBytes: 1_000_000,
      envelopeBytes: utf8Bytes('[]'),
    },
    dedupes: true,
    secret: true,
    gzip: true,
    encode(event) {
      const refused = refusal(event, RULES) ?? currencyRefusal(event)
      if (refused) return refused
      const { anonymousId, userId, timestamp } = event
      const { id, eventId } = ownId(event, token)
      const given = { ...pageProperties(event), ...kindProperties(event, key) }
      const properties = jsonText(
        {
          ...given,
          time: Date.parse(timestamp),
          distinct_id: userId ?? `$device:${anonymousId}`,
          $device_id: anonymousId,
          $user_id: userId,
          $insert_id: id,
        },
        { ...revenueOrValue(event), [EVENT_ID_PROPERTY]: quoted(eventId) },
      )
      const body = jsonText({ event: serviceName(NAMES, event.event) ?? event.event }, { properties })
      const adjustments = cutTexts(given)
      return adjustments.length === 0 ? { body } : { body, adjustments }
    },
    request: (batch) => ({
      method: 'POST',
      url,
      headers,
      body: `[${batch.map((event) => event.body).join(',')}]`,
    }),
    verdict: importVerdict,
  }
}
