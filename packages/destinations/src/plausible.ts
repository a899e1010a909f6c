import type { Adjustment, DeliveryResponse, Destination, Verdict } from '@threadline/core'
import { type JsonObject, LIMITS, type TrackEvent, utf8Bytes } from '@threadline/schema'
import { EVENT_ID_PROPERTY } from './event-id.ts'
import { cutBytes, flatParams, type ParamRules } from './flat-params.ts'
import { jsonText, quoted } from './json-text.ts'
import { currencyCode, currencyRefusal, isPayment, majorUnits } from './money.ts'
import { baseAddress, headerText } from './options.ts'
import { type Refusal, refusal, type ServiceRules } from './refusal.ts'
import { serviceName } from './service-name.ts'
import { apiVerdict } from './service-verdict.ts'
import { withUtm } from './url.ts'

export interface PlausibleOptions {
  /** The site as Plausible knows it: `example.com`. Every page shows it, so it is no secret. */
  readonly domain: string
  /**
   * Your own Plausible, or a path that your site forwards.
   *
   * @defaultValue `https://plausible.io`
   */
  readonly baseUrl?: string | undefined
  /**
   * Sends the event's id as the property `threadline_event_id`, so that a collector of ours in Plausible's place counts a
   * resend once. It takes one of the thirty properties.
   *
   * @defaultValue `false`
   */
  readonly sendEventId?: boolean | undefined
}

const MAX_URL_BYTES = 2_000

const RULES: ServiceRules = { maxNameLength: 120, identify: false }

const PARAMS: ParamRules = {
  maxKeys: 30,
  key: (name) => (utf8Bytes(name) > 300 ? undefined : name),
  text: (value) => cutBytes(value, 2_000),
}

/** `engagement` is what Plausible's own script sends when a page is left. */
const NO_PLACE: readonly string[] = ['$group', 'engagement']

const NAMES: { readonly [event: string]: string } = { $pageview: 'pageview', $page_leave: 'engagement' }

function noPlace({ event }: TrackEvent): Refusal | undefined {
  return NO_PLACE.includes(event)
    ? { refused: 'reserved_event_name', message: `Plausible has no place for ${event}` }
    : undefined
}

/** How long a page was looked at and how much of it, in Plausible's names; `$page_leave` alone says so. */
function engagementOf({ event, properties }: TrackEvent): JsonObject {
  return event === '$page_leave' ? { e: properties?.['visible_ms'], sd: properties?.['scroll_depth'] } : {}
}

interface Addresses {
  readonly url: string
  readonly referrer: string | undefined
  readonly adjustments: readonly Adjustment[]
}

/** Where it happened: Plausible requires an address, and reads the campaign from it. */
function addressesOf({ url, path = '/', utm, referrer }: TrackEvent, domain: string): Addresses {
  const adjustments: Adjustment[] = []
  const fits = (text: string) => utf8Bytes(text) <= MAX_URL_BYTES
  if (url === undefined) adjustments.push({ kind: 'field_assumed', detail: 'url' })
  const whole = url ?? `https://${domain}${path}`
  const candidates = [withUtm(whole, utm), whole, whole.replace(/[?#].*/s, ''), `https://${domain}/`]
  const fitting = candidates.findIndex(fits)
  if (fitting > 0) adjustments.push({ kind: 'value_truncated', detail: 'url' })
  const isShort = referrer === undefined || fits(referrer)
  if (!isShort) adjustments.push({ kind: 'field_omitted', detail: 'referrer' })
  return { url: candidates[fitting] ?? '', referrer: isShort ? referrer : undefined, adjustments }
}

interface Texts {
  readonly [name: string]: string
}

/** The event's money as JSON text: a payment has a field of its own, another amount is among the properties. */
function moneyOf(event: TrackEvent): { readonly revenue?: string; readonly props: Texts } {
  const amount = majorUnits(event)
  const currency = quoted(currencyCode(event))
  if (amount === undefined) return { props: {} }
  if (isPayment(event)) return { revenue: `{"currency":${currency},"amount":${amount}}`, props: {} }
  return { props: { value: amount, ...(currency && { currency }) } }
}

/** The headers by which Plausible tells visitors apart, and the body after the first line break: JSON has none of its own. */
function splitHeaders(encoded: string) {
  const [first = '', ...rest] = encoded.split('\n')
  const visitor: { readonly [name: string]: string } = rest.length > 0 ? JSON.parse(first) : {}
  return { headers: { 'content-type': 'text/plain', ...visitor }, body: rest.length > 0 ? rest.join('\n') : first }
}

/** Plausible answers 202 to what it throws away, too: it took it for a bot, or knows no such site. */
function droppedBy(response: DeliveryResponse): Verdict | undefined {
  return response.status === 202 && response.header('x-plausible-dropped') === '1'
    ? {
        kind: 'drop',
        reason: 'rejected',
        message: 'Plausible dropped it: an unknown domain, or a sender it takes for a bot',
      }
    : undefined
}

/** What is not printable ASCII cannot stand in a header. */
const headerValue = (text: string | undefined): string | undefined => (text && /^[ -~]+$/.test(text) ? text : undefined)

/**
 * Plausible: `POST /api/event`, one event a request, in pages and on servers alike: a site's domain is all it asks for.
 *
 * Nothing is deduplicated: a resend after a lost answer may count twice. Plausible knows no ids and no times: it counts
 * visitors by address and browser, which a server takes from `context`, and an event when it arrives. Payments travel as
 * `revenue`.
 *
 * @throws ThreadlineError `invalid_config` when an option is missing or malformed.
 */
export function plausible(options: PlausibleOptions): Destination {
  const destination = 'plausible'
  const { baseUrl = 'https://plausible.io', sendEventId = false } = options
  const url = `${baseAddress({ destination, option: 'baseUrl', value: baseUrl })}/api/event`
  const domain = headerText({ destination, option: 'domain', value: options.domain })

  return {
    name: destination,
    limits: {
      maxEvents: 1,
      // No limit is documented: ours.
      maxRequestBytes: LIMITS.eventBytes,
      maxEventBytes: LIMITS.eventBytes,
      envelopeBytes: 0,
    },
    dedupes: false,
    encode(event) {
      const refused = refusal(event, RULES) ?? noPlace(event) ?? currencyRefusal(event)
      if (refused) return refused
      const { url: address, referrer, adjustments: changes } = addressesOf(event, domain)
      const { revenue, props: money } = moneyOf(event)
      const own: Texts = sendEventId ? { ...money, [EVENT_ID_PROPERTY]: JSON.stringify(event.eventId) } : money
      const engagement = engagementOf(event)
      const { visible_ms: _time, scroll_depth: _depth, ...others } = event.properties ?? {}
      const properties = event.event === '$page_leave' ? others : (event.properties ?? {})
      const { params, adjustments: flattened } = flatParams(properties, Object.keys(own), PARAMS)
      const props = jsonText(params, own)
      const name = serviceName(NAMES, event.event) ?? event.event
      const body = jsonText(
        { name, domain, url: address, referrer, ...engagement },
        { props: props === '{}' ? undefined : props, revenue },
      )
      const headers = JSON.stringify({
        'user-agent': headerValue(event.context?.userAgent),
        'x-forwarded-for': headerValue(event.context?.ip),
      })
      const adjustments = [...changes, ...flattened]
      const encoded = `${headers}\n${body}`
      return adjustments.length === 0 ? { body: encoded } : { body: encoded, adjustments }
    },
    request: ([event]) => ({ method: 'POST', url, ...splitHeaders(event?.body ?? '') }),
    verdict: (response, batch, now) => droppedBy(response) ?? apiVerdict(response, batch, now),
  }
}
