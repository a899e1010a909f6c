import type { Adjustment, Destination } from '@threadline/core'
import { type Json, type JsonObject, LIMITS, type TrackEvent } from '@threadline/schema'
import { unlessEmpty } from './context-fields.ts'
import { flatParams, type ParamRules } from './flat-params.ts'
import { jsonText } from './json-text.ts'
import { currencyCode, currencyRefusal, majorUnits } from './money.ts'
import { baseAddress, headerText, keyWithPrefix } from './options.ts'
import { lostInGroup, otherIdOf, type Refusal, refusal, type ServiceRules } from './refusal.ts'
import { serviceName } from './service-name.ts'
import { apiVerdict } from './service-verdict.ts'
import { startOfSession } from './session-start.ts'

export interface Ga4Options {
  /** `G-…`, of the web data stream. */
  readonly measurementId: string
  /** Made in the stream's settings, under Measurement Protocol API secrets. A secret. */
  readonly apiSecret: string
  /**
   * `https://region1.google-analytics.com` collects in the EU.
   *
   * @defaultValue `https://www.google-analytics.com`
   */
  readonly baseUrl?: string | undefined
}

const MAX_NAME_LENGTH = 40

const RULES: ServiceRules = {
  maxNameLength: MAX_NAME_LENGTH,
  identify: true,
  group: true,
  missingIdentity: ({ anonymousId, userId }) =>
    anonymousId || userId ? undefined : 'GA4 needs an anonymousId or a userId',
}

/** Google's recommended names for the same thing. Only `purchase` counts as revenue. */
const NAMES: { readonly [event: string]: string } = {
  $pageview: 'page_view',
  $page_leave: 'page_leave',
  $identify: 'identify',
  $group: 'join_group',
  signup_completed: 'sign_up',
  lead_created: 'generate_lead',
  checkout_started: 'begin_checkout',
  checkout_finished: 'purchase',
  invoice_paid: 'purchase',
  subscription_renewed: 'purchase',
  refunded: 'refund',
}

/** Names that the Measurement Protocol keeps for what Google's own code sends. */
const RESERVED = new RegExp(
  '^(?:_|firebase_|ga_|google_|gtag\\.)|^(?:ad_(?:activeview|click|exposure|query|reward)|adunit_exposure|error|' +
    'app_(?:clear_data|exception|install|remove|store_refund|store_subscription_(?:cancel|convert|renew)|update|upgrade)|' +
    'dynamic_link_(?:app_open|app_update|first_open)|first_(?:open|visit)|in_app_purchase|os_update|' +
    'notification_(?:dismiss|foreground|open|receive)|session_start(?:_with_rollout)?|user_engagement)$',
)

/** Letters, digits and underscores, beginning with a letter. */
function nameOf(text: string): string | undefined {
  const name = text.replace(/[^a-z\d_]/gi, '_')
  return /^[a-z]/i.test(name) && name.length <= MAX_NAME_LENGTH && !RESERVED.test(name) ? name : undefined
}

/** A parameter's own limit in characters; 100 for all others. */
const LENGTHS: { readonly [param: string]: number } = { page_location: 1_000, page_referrer: 420, page_title: 300 }

const cut = (text: string, length: number): string => Array.from(text).slice(0, length).join('')

const PARAMS: ParamRules = { maxKeys: 25, key: nameOf, text: (value) => cut(value, 100) }

/** Names of up to 24 characters, values of up to 36. */
const USER_PROPERTIES: ParamRules = {
  maxKeys: 25,
  // Google forbids what identifies a person.
  key: (name) => (name.length > 24 || name === 'email' ? undefined : nameOf(name)),
  text: (value) => cut(value, 36),
}

function reservedName({ event }: TrackEvent): Refusal | undefined {
  return serviceName(NAMES, event) === undefined && nameOf(event) === undefined
    ? { refused: 'reserved_event_name', message: `GA4 takes no event called ${event}` }
    : undefined
}

interface Params {
  readonly [name: string]: string | number | undefined
}

/** What the event says of its page, its session and its campaign, in Google's names. */
function ownParams(event: TrackEvent, name: string): Params {
  const { url, title, referrer, utm, sessionId, properties } = event
  const { visible_ms: visibleMs, order_id: orderId } = properties ?? {}
  const isOrder = name === 'purchase' || name === 'refund'
  const transaction = typeof orderId === 'string' ? orderId : event.eventId
  return {
    page_location: url,
    page_title: title,
    page_referrer: referrer,
    campaign: utm?.campaign,
    source: utm?.source,
    medium: utm?.medium,
    term: utm?.term,
    content: utm?.content,
    group_id: event.event === '$group' ? otherIdOf(event) : undefined,
    // Google counts a purchase once by this id.
    transaction_id: isOrder ? transaction : undefined,
    session_id: startOfSession(sessionId, 1_000),
    // Without it an event is in no standard report.
    engagement_time_msec: typeof visibleMs === 'number' ? visibleMs : 1,
  }
}

interface Shortened {
  readonly params: { readonly [name: string]: string | number }
  readonly adjustments: readonly Adjustment[]
}

function shortened(params: Params): Shortened {
  const kept: { [name: string]: string | number } = {}
  const truncated: string[] = []
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue
    kept[name] = typeof value === 'string' ? cut(value, LENGTHS[name] ?? 100) : value
    if (kept[name] !== value) truncated.push(name)
  }
  const adjustments = truncated.length > 0 ? [{ kind: 'value_truncated', detail: truncated.join(', ') }] : []
  return { params: kept, adjustments }
}

/** What Google asks for: may the ads side see this person's data, and may it be used to choose ads. */
function consentOf({ consent }: TrackEvent): JsonObject | undefined {
  if (consent?.ads === undefined) return undefined
  const state = consent.ads ? 'GRANTED' : 'DENIED'
  return { ad_user_data: state, ad_personalization: state }
}

function deviceOf({ context }: TrackEvent): JsonObject | undefined {
  const { screen, locale: language } = context ?? {}
  return unlessEmpty({ language, screen_resolution: screen && `${screen.width}x${screen.height}` })
}

/** Properties that become parameters, and a list of items, which Google takes as it is. */
function givenProperties({ event, properties = {} }: TrackEvent): {
  readonly given: JsonObject
  readonly items?: Json
} {
  if (event === '$group') return { given: {} }
  const { items, ...rest } = properties
  return Array.isArray(items) ? { given: rest, items } : { given: properties }
}

/** The event as GA4 has it: parameters, and the person's properties with an identity link. */
function eventOf(event: TrackEvent, name: string) {
  const own = shortened(ownParams(event, name))
  const { given, items } = givenProperties(event)
  const money = { value: majorUnits(event), currency: currencyCode(event) }
  const texts: { [name: string]: string } = {}
  if (money.value !== undefined) texts['value'] = money.value
  if (money.currency !== undefined) texts['currency'] = JSON.stringify(money.currency)
  if (items !== undefined) texts['items'] = JSON.stringify(items)
  const reserved = [...Object.keys(own.params), ...Object.keys(texts)]
  const { params, adjustments } = flatParams(given, reserved, PARAMS)
  return {
    params: jsonText({ ...own.params, ...params }, texts),
    adjustments: [...own.adjustments, ...adjustments],
  }
}

function userPropertiesOf({ event, traits = {} }: TrackEvent) {
  if (event !== '$identify') return { userProperties: undefined, adjustments: [] }
  const { params, adjustments } = flatParams(traits, [], USER_PROPERTIES)
  const wrapped = Object.entries(params).map(([name, value]): [string, JsonObject] => [name, { value }])
  return { userProperties: unlessEmpty(Object.fromEntries(wrapped)), adjustments }
}

/**
 * Google Analytics 4 by the Measurement Protocol: `POST /mp/collect`, one event a request, from servers only.
 *
 * A request is about one visitor and one state of consent, so that events cannot share it. Google answers 2xx to
 * everything and drops in silence what it does not take; the rules it documents are checked here. Nothing is deduplicated
 * but purchases, by `transaction_id`: a resend after a lost answer may count twice. `consent.ads` becomes `ad_user_data`
 * and `ad_personalization`.
 *
 * @throws ThreadlineError `invalid_config` when an option is missing or malformed.
 */
export function ga4(options: Ga4Options): Destination {
  const destination = 'ga4'
  const { baseUrl = 'https://www.google-analytics.com' } = options
  const base = baseAddress({ destination, option: 'baseUrl', value: baseUrl })
  const measurementId = keyWithPrefix({ destination, option: 'measurementId', value: options.measurementId }, ['G-'])
  const apiSecret = headerText({ destination, option: 'apiSecret', value: options.apiSecret })
  const query = `measurement_id=${encodeURIComponent(measurementId)}&api_secret=${encodeURIComponent(apiSecret)}`
  const headers = { 'content-type': 'application/json' }

  return {
    name: destination,
    limits: {
      maxEvents: 1,
      maxRequestBytes: 130_000,
      maxEventBytes: LIMITS.eventBytes,
      envelopeBytes: 0,
    },
    dedupes: false,
    secret: true,
    encode(event) {
      const refused = refusal(event, RULES) ?? reservedName(event) ?? currencyRefusal(event)
      if (refused) return refused
      const { anonymousId, userId, timestamp, context } = event
      const name = serviceName(NAMES, event.event) ?? nameOf(event.event) ?? ''
      const { params, adjustments: changes } = eventOf(event, name)
      const { userProperties, adjustments: personal } = userPropertiesOf(event)
      const renamed = serviceName(NAMES, event.event) === undefined && name !== event.event
      const adjustments = [
        ...(renamed ? [{ kind: 'name_changed', detail: name }] : []),
        ...changes,
        ...personal,
        ...lostInGroup(event),
      ]
      const body = jsonText(
        {
          client_id: anonymousId ?? userId,
          user_id: userId,
          timestamp_micros: Date.parse(timestamp) * 1_000,
          consent: consentOf(event),
          user_properties: userProperties,
          ip_override: context?.ip,
          device: deviceOf(event),
        },
        { events: `[{"name":${JSON.stringify(name)},"params":${params}}]` },
      )
      return adjustments.length === 0 ? { body } : { body, adjustments }
    },
    request: ([event]) => ({
      method: 'POST',
      url: `${base}/mp/collect?${query}`,
      headers,
      body: event?.body ?? '',
    }),
    verdict: apiVerdict,
  }
}
