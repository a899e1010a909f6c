import type { Adjustment, Destination, VisitorIdStore } from '@threadline/core'
import { LIMITS, type TrackEvent, utf8Bytes } from '@threadline/schema'
import { EVENT_ID_PROPERTY } from './event-id.ts'
import { flatPayload } from './flat-payload.ts'
import { currencyCode, currencyRefusal, majorUnits } from './money.ts'
import { baseAddress, keyWithPrefix, positiveInteger } from './options.ts'
import { refusal, type ServiceRules } from './refusal.ts'
import { nonAtomicVerdict, withAnswer } from './service-verdict.ts'

export interface WebAnalyzerOptions {
  /** `waa_…`, shown once in the dashboard; needs the Pro plan. A secret. */
  readonly apiKey: string
  /** The site's number. */
  readonly websiteId: number
  /** @defaultValue `https://webanalyzerapp.com` */
  readonly baseUrl?: string | undefined
  /**
   * Puts the event's id into the payload as `threadline_event_id`, so that duplicates can be found later. It takes one
   * of the ten payload keys.
   *
   * @defaultValue `false`
   */
  readonly sendEventId?: boolean | undefined
}

/** Where Web Analyzer's own script keeps the visitor's id. */
export const webAnalyzerVisitorId: VisitorIdStore = { kind: 'localStorage', name: 'ot_vid' }

const RULES: ServiceRules = { maxNameLength: 128, identify: false }

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/**
 * Web Analyzer: `/track` for one event, `/track/batch` for up to 25, 60 requests a minute for each key.
 *
 * Payloads are flat: at most ten keys of text, 255 characters each. What does not fit is flattened, cut or left out, and
 * reported as an adjustment. Not carried: user id, session id and the event's time (the service stamps its own), so do
 * not backfill through it. Nothing is deduplicated: a resend after a lost answer may count twice.
 *
 * @throws ThreadlineError `invalid_config` when an option is missing or malformed.
 */
export function webAnalyzer(options: WebAnalyzerOptions): Destination {
  const destination = 'webAnalyzer'
  const { baseUrl = 'https://webanalyzerapp.com', sendEventId = false } = options
  const base = baseAddress({ destination, option: 'baseUrl', value: baseUrl })
  const key = keyWithPrefix({ destination, option: 'apiKey', value: options.apiKey }, ['waa_'])
  const websiteId = positiveInteger({ destination, option: 'websiteId', value: options.websiteId })
  const url = `${base}/api/v1/websites/${websiteId}/track`
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` }

  function reservedKeys(event: TrackEvent): { readonly [key: string]: string } {
    const reserved: { [key: string]: string } = {}
    const amount = majorUnits(event)
    const currency = currencyCode(event)
    if (amount !== undefined) reserved['amount'] = amount
    if (currency !== undefined) reserved['currency'] = currency
    if (sendEventId) reserved[EVENT_ID_PROPERTY] = event.eventId
    return reserved
  }

  return {
    name: destination,
    limits: {
      maxEvents: 25,
      // Not documented. 25 full events are about 70 KB, three times that in scripts that need three bytes a character.
      maxRequestBytes: 256_000,
      maxEventBytes: LIMITS.eventBytes,
      envelopeBytes: utf8Bytes('{"events":[]}'),
      rate: { requests: 60, intervalMs: 60_000 },
    },
    dedupes: false,
    secret: true,
    visitorIdStore: webAnalyzerVisitorId,
    encode(event) {
      const refused = refusal(event, RULES) ?? currencyRefusal(event)
      if (refused) return refused
      const { anonymousId, url: pageUrl, referrer } = event
      const isUuid = anonymousId === undefined || UUID.test(anonymousId)
      const { payload, adjustments: changes } = flatPayload(event.properties ?? {}, reservedKeys(event))
      const adjustments: readonly Adjustment[] = isUuid
        ? changes
        : [...changes, { kind: 'field_omitted', detail: 'visitor_id' }]
      const body = JSON.stringify({
        name: event.event,
        payload,
        visitor_id: isUuid ? anonymousId : undefined,
        url: pageUrl,
        referrer,
      })
      return adjustments.length === 0 ? { body } : { body, adjustments }
    },
    request(batch) {
      const [first] = batch
      return batch.length === 1 && first
        ? { method: 'POST', url, headers, body: first.body }
        : {
            method: 'POST',
            url: `${url}/batch`,
            headers,
            body: `{"events":[${batch.map((event) => event.body).join(',')}]}`,
          }
    },
    verdict: (response, batch, now) =>
      withAnswer(nonAtomicVerdict(response, batch, now), response.body, {
        count: 'processed',
        retryAfter: 'retry_after',
        sent: batch.length,
      }),
  }
}
