import { type Adjustment, type Destination, type Encoding, statusVerdict, type VisitorIdStore } from '@threadline/core'
import { LIMITS, type TrackEvent, utf8Bytes } from '@threadline/schema'
import { jsonText, quoted } from './json-text.ts'
import { baseAddress, keyWithPrefix } from './options.ts'
import { MAX_PROPS_BYTES, propsTooLarge, type Refusal, refusal, type ServiceRules } from './refusal.ts'
import { withAnswer } from './service-verdict.ts'
import { parseUrl, withUtm } from './url.ts'

export interface MillimetricOptions {
  /** `sk_…` on a server, `pk_…` in a page: a `pk_` key works only with the `Origin` header that browsers send. */
  readonly key: string
  /** @defaultValue `https://api.millimetric.ai` */
  readonly baseUrl?: string | undefined
}

/** Where Millimetric's own script keeps the visitor's id. */
export const millimetricVisitorId: VisitorIdStore = { kind: 'localStorage', name: 'mm_aid' }

const MAX_ID_LENGTH = 128
const MAX_URL_LENGTH = 2_048

const RULES: ServiceRules = {
  maxNameLength: 128,
  identify: true,
  missingIdentity: ({ event, anonymousId, userId }) => {
    if (event === '$identify' && !(anonymousId && userId)) return 'an identity link needs anonymousId and userId'
    return anonymousId || userId ? undefined : 'Millimetric needs an anonymousId or a userId'
  },
}

/** How the body of an ordinary event begins, as `encode` writes it; that of an identity link begins otherwise. */
const EVENT_START = '{"event":'

/** The fields that the service limits, and the names of those that had to be left out. */
function limitedFields(event: TrackEvent) {
  const omitted: string[] = []
  const keep = (name: string, value: string | undefined, fits: (value: string) => boolean): string | undefined => {
    if (value === undefined || fits(value)) return value
    omitted.push(name)
    return undefined
  }
  const shortId = (id: string) => id.length <= MAX_ID_LENGTH
  const shortUrl = (url: string) => url.length <= MAX_URL_LENGTH

  const url = keep('url', event.url, (text) => shortUrl(text) && parseUrl(text) !== undefined)
  const fields = {
    event_id: keep('event_id', event.eventId, shortId),
    anonymous_id: keep('anonymous_id', event.anonymousId, shortId),
    session_id: keep('session_id', event.sessionId, shortId),
    // The service reads campaigns from the url alone.
    url: url && (keep('utm', withUtm(url, event.utm), shortUrl) ?? url),
    path: keep('path', event.path, shortUrl),
    referrer: keep('referrer', event.referrer, shortUrl),
  }
  return { fields, omitted }
}

function encodeIdentity(event: TrackEvent): Encoding {
  const { anonymousId, userId, email, traits } = event
  const traitsText = jsonText(traits ?? {}, { email: quoted(email) })
  if (utf8Bytes(traitsText) > MAX_PROPS_BYTES) return propsTooLarge()
  if ((anonymousId ?? '').length > MAX_ID_LENGTH) return idTooLong()
  return { alone: true, body: jsonText({ anonymous_id: anonymousId, user_id: userId }, { traits: traitsText }) }
}

function idTooLong(): Refusal {
  return { refused: 'invalid_id', message: `Millimetric takes an anonymousId of ${MAX_ID_LENGTH} characters` }
}

function encodeEvent(event: TrackEvent): Encoding {
  const currency = event.currency?.trim().toLowerCase()
  const properties = jsonText(event.properties ?? {}, {
    amount_cents: event.value === undefined ? undefined : String(event.value),
    currency: quoted(currency),
  })
  if (utf8Bytes(properties) > MAX_PROPS_BYTES) return propsTooLarge()
  const { fields, omitted } = limitedFields(event)
  if (fields.anonymous_id === undefined && event.userId === undefined) return idTooLong()
  const body = jsonText(
    { event: event.event, user_id: event.userId, timestamp: event.timestamp, ...fields },
    { properties: properties === '{}' ? undefined : properties },
  )
  const adjustments: readonly Adjustment[] = omitted.map((detail) => ({ kind: 'field_omitted', detail }))
  return omitted.length === 0 ? { body } : { body, adjustments }
}

/**
 * Millimetric: `/v1/track` for one event, `/v1/batch` for up to 500, `/v1/identify` for an identity link.
 *
 * `event_id` is stored but does not dedupe: a resend after a lost answer may count twice. A refused batch stored
 * nothing, so it is halved until the bad event is found. Email goes only into the traits of an identity link.
 *
 * @throws ThreadlineError `invalid_config` when the key is neither `sk_` nor `pk_`, or the address is malformed.
 */
export function millimetric(options: MillimetricOptions): Destination {
  const destination = 'millimetric'
  const { baseUrl = 'https://api.millimetric.ai' } = options
  const base = baseAddress({ destination, option: 'baseUrl', value: baseUrl })
  const key = keyWithPrefix({ destination, option: 'key', value: options.key }, ['sk_', 'pk_'])
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` }

  return {
    name: destination,
    limits: {
      // The smaller of two published limits (1000, 500) and the only published body size.
      maxEvents: 500,
      maxRequestBytes: 256_000,
      maxEventBytes: LIMITS.eventBytes,
      envelopeBytes: utf8Bytes('{"events":[]}'),
      // That of `/v1/batch`. `/v1/track` takes more, but one queue feeds both.
      rate: { requests: 5, intervalMs: 1_000 },
    },
    dedupes: false,
    secret: key.startsWith('sk_'),
    visitorIdStore: millimetricVisitorId,
    encode: (event) =>
      refusal(event, RULES) ?? (event.event === '$identify' ? encodeIdentity(event) : encodeEvent(event)),
    request(batch) {
      const [first] = batch
      if (batch.length === 1 && first) {
        const route = first.body.startsWith(EVENT_START) ? 'track' : 'identify'
        return { method: 'POST', url: `${base}/v1/${route}`, headers, body: first.body }
      }
      const body = `{"events":[${batch.map((event) => event.body).join(',')}]}`
      return { method: 'POST', url: `${base}/v1/batch`, headers, body }
    },
    verdict: (response, batch, now) =>
      withAnswer(statusVerdict(response, batch, now), response.body, {
        count: 'count',
        retryAfter: 'retry_after_s',
        sent: batch.length,
      }),
  }
}
