import type { DeliveryResponse, Destination, EncodedEvent, Verdict } from '@threadline/core'
import { type JsonObject, type TrackEvent, utf8Bytes } from '@threadline/schema'
import { unlessEmpty } from './context-fields.ts'
import { EVENT_ID_PROPERTY } from './event-id.ts'
import { jsonText, quoted } from './json-text.ts'
import { currencyRefusal, isPayment, revenueOrValue } from './money.ts'
import { baseAddress, headerText } from './options.ts'
import { ownId } from './own-id.ts'
import { lostInGroup, otherIdOf, refusal, type ServiceRules } from './refusal.ts'
import { serviceName } from './service-name.ts'
import { apiVerdict } from './service-verdict.ts'
import { startOfSession } from './session-start.ts'
import { hostOf, utmFields } from './url.ts'

export interface AmplitudeOptions {
  /** The project's API key. It may only write, and Amplitude's own script shows it to everybody. */
  readonly apiKey: string
  /**
   * `https://api.eu.amplitude.com` for a project in the EU.
   *
   * @defaultValue `https://api2.amplitude.com`
   */
  readonly baseUrl?: string | undefined
  /**
   * Who sends. From a page, Amplitude takes the visitor's place from the request; from a server it would find the server
   * there. An event's own `context.ip` counts either way.
   *
   * @defaultValue `'server'`
   */
  readonly sentFrom?: 'server' | 'page' | undefined
  /**
   * The type that Amplitude knows your groups by.
   *
   * @defaultValue `'company'`
   */
  readonly groupType?: string | undefined
}

const RULES: ServiceRules = {
  identify: true,
  group: true,
  missingIdentity: ({ anonymousId, userId }) =>
    anonymousId || userId ? undefined : 'Amplitude needs an anonymousId or a userId',
}

/** Names under which Amplitude's own script reports the same thing. */
const NAMES: { readonly [event: string]: string } = { $pageview: '[Amplitude] Page Viewed', $group: '$identify' }

/** How long Amplitude asks to wait where somebody sent too much. */
const THROTTLED_MS = 30_000

/** What Amplitude's own script says of the page. */
function pageProperties({ url, path, title, referrer, utm, clickIds }: TrackEvent): JsonObject {
  return {
    '[Amplitude] Page Location': url,
    '[Amplitude] Page Domain': hostOf(url),
    '[Amplitude] Page Path': path,
    '[Amplitude] Page Title': title,
    referrer,
    referring_domain: hostOf(referrer),
    ...utmFields(utm),
    ...clickIds,
  }
}

interface Texts {
  readonly [name: string]: string | undefined
}

/** The event's money as JSON text: a payment has fields of its own, another amount is among the properties. */
function moneyOf(event: TrackEvent): { readonly paid: Texts; readonly other: Texts } {
  const money = revenueOrValue(event)
  return isPayment(event)
    ? { paid: { ...money, revenueType: quoted(event.event) }, other: {} }
    : { paid: {}, other: money }
}

/** When it happened, and what sent it. */
function senderFields({ timestamp, sessionId, context }: TrackEvent, sentFrom: 'server' | 'page'): JsonObject {
  const { library, locale: language, userAgent: user_agent, ip } = context ?? {}
  return {
    time: Date.parse(timestamp),
    session_id: startOfSession(sessionId, 1),
    library,
    language,
    user_agent,
    ip: ip ?? (sentFrom === 'page' ? '$remote' : undefined),
  }
}

/** Whom it is about. */
function personFields(event: TrackEvent, groupType: string): JsonObject {
  const group = event.event === '$group' ? otherIdOf(event) : undefined
  return {
    user_id: event.userId,
    device_id: event.anonymousId,
    user_properties: userProperties(event, groupType),
    groups: group === undefined ? undefined : { [groupType]: group },
  }
}

/** What the event sets on its person. */
function userProperties(event: TrackEvent, groupType: string): JsonObject | undefined {
  const { event: name, traits, email } = event
  if (name === '$identify') return { $set: { ...traits, email: email ?? traits?.['email'] } }
  if (name === '$group') return { $set: { [groupType]: otherIdOf(event) } }
  const set = unlessEmpty({ email })
  return set && { $set: set }
}

interface Answer {
  readonly error?: unknown
  readonly exceeded_daily_quota_users?: unknown
  readonly exceeded_daily_quota_devices?: unknown
}

function answerOf(body: string): Answer {
  try {
    return { ...JSON.parse(body) }
  } catch {
    return {}
  }
}

const isFilled = (value: unknown): boolean => Object.keys(Object(value)).length > 0

/** Amplitude refuses a request whole: what it stored of it is nothing. */
function amplitudeVerdict(response: DeliveryResponse, batch: readonly EncodedEvent[], now: number): Verdict {
  const verdict = apiVerdict(response, batch, now)
  const answer = answerOf(response.body)
  if (response.status === 400 && /^invalid api key/i.test(String(answer.error))) {
    // The answer repeats the key.
    return { kind: 'pause', reason: 'unauthorized', message: 'HTTP 400: invalid API key' }
  }
  if (response.status !== 429 || verdict.kind !== 'retry') return verdict
  const retryAfterMs = verdict.retryAfterMs ?? THROTTLED_MS
  const isOverQuota = isFilled(answer.exceeded_daily_quota_users) || isFilled(answer.exceeded_daily_quota_devices)
  if (!isOverQuota) return { ...verdict, retryAfterMs }
  const message = 'HTTP 429: a user or device is over its quota of today'
  // One of them must not hold up everybody else for a day.
  return batch.length > 1
    ? { kind: 'split', reason: 'rejected', message }
    : { kind: 'drop', reason: 'rejected', message }
}

/**
 * Amplitude: `POST /2/httpapi`, up to 1000 events and 1 MB a request, in pages and on servers with the same API key.
 *
 * Events that come again within seven days count once by device and `insert_id`. A refused request stored nothing, so it
 * is halved until the bad event is alone. Payments travel as `revenue`, in major units.
 *
 * @throws ThreadlineError `invalid_config` when an option is missing or malformed.
 */
export function amplitude(options: AmplitudeOptions): Destination {
  const destination = 'amplitude'
  const { baseUrl = 'https://api2.amplitude.com', sentFrom = 'server', groupType = 'company' } = options
  const url = `${baseAddress({ destination, option: 'baseUrl', value: baseUrl })}/2/httpapi`
  const apiKey = headerText({ destination, option: 'apiKey', value: options.apiKey })
  const type = headerText({ destination, option: 'groupType', value: groupType })
  // Ids of fewer than five characters are dropped unless it is said that they are meant.
  const prefix = `{"api_key":${JSON.stringify(apiKey)},"options":{"min_id_length":1},"events":[`
  const headers = { 'content-type': 'application/json' }

  return {
    name: destination,
    limits: {
      // 2000 by the API; 1000 events a second is what a starter plan takes.
      maxEvents: 1_000,
      maxRequestBytes: 1_000_000,
      maxEventBytes: 500_000,
      envelopeBytes: utf8Bytes(prefix) + 2,
      rate: { requests: 100, intervalMs: 1_000 },
    },
    dedupes: true,
    gzip: sentFrom === 'server',
    encode(event) {
      const refused = refusal(event, RULES) ?? currencyRefusal(event)
      if (refused) return refused
      const { id, eventId } = ownId(event, apiKey)
      const { paid, other } = moneyOf(event)
      const facts = { ...senderFields(event, sentFrom), ...personFields(event, type) }
      const own = event.event === '$group' ? {} : event.properties
      const properties = jsonText(
        { ...pageProperties(event), ...own },
        { ...other, [EVENT_ID_PROPERTY]: quoted(eventId) },
      )
      const body = jsonText(
        { event_type: serviceName(NAMES, event.event) ?? event.event, insert_id: id, ...facts },
        { event_properties: properties === '{}' ? undefined : properties, ...paid },
      )
      const adjustments = lostInGroup(event)
      return adjustments.length === 0 ? { body } : { body, adjustments }
    },
    request: (batch) => ({
      method: 'POST',
      url,
      headers,
      body: `${prefix}${batch.map((event) => event.body).join(',')}]}`,
    }),
    verdict: amplitudeVerdict,
  }
}
