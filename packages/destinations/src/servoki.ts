import { type Destination, statusVerdict } from '@threadline/core'
import { LIMITS } from '@threadline/schema'
import { jsonText } from './json-text.ts'
import { currencyCode, currencyRefusal, majorUnits } from './money.ts'
import { baseAddress, headerText, keyWithPrefix } from './options.ts'
import { refusal } from './refusal.ts'

export interface ServokiOptions {
  /** `servoki_…`, made in the dashboard. A secret. */
  readonly apiKey: string
  /** The site's domain or its numeric code. */
  readonly site: string
  /** @defaultValue `https://servoki.com` */
  readonly baseUrl?: string | undefined
}

/**
 * Servoki: `POST /api/events/server`, one event a request, 600 requests a minute for each IP address.
 *
 * Deduplicates by `event_id`, also against the browser, so a resend is safe. Not carried: user id, email, session and
 * page context, identity links. `consent.ads` becomes `consent`, which lets events through to ad platforms.
 *
 * @throws ThreadlineError `invalid_config` when an option is missing or malformed.
 */
export function servoki(options: ServokiOptions): Destination {
  const { apiKey, site, baseUrl = 'https://servoki.com' } = options
  const destination = 'servoki'
  const url = `${baseAddress({ destination, option: 'baseUrl', value: baseUrl })}/api/events/server`
  const key = keyWithPrefix({ destination, option: 'apiKey', value: apiKey }, ['servoki_'])
  const siteId = headerText({ destination, option: 'site', value: site })
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` }

  return {
    name: destination,
    limits: {
      maxEvents: 1,
      // No limit is documented: ours.
      maxRequestBytes: LIMITS.eventBytes,
      maxEventBytes: LIMITS.eventBytes,
      envelopeBytes: 0,
      rate: { requests: 600, intervalMs: 60_000 },
    },
    dedupes: true,
    secret: true,
    encode(event) {
      const refused = refusal(event, { identify: false }) ?? currencyRefusal(event)
      if (refused) return refused
      return {
        body: jsonText(
          {
            site: siteId,
            event_type: event.event,
            event_id: event.eventId,
            vid: event.anonymousId,
            currency: currencyCode(event),
            occurred_at: event.timestamp,
            props: event.properties,
            consent: event.consent?.ads,
          },
          { value: majorUnits(event) },
        ),
      }
    },
    request: (batch) => ({ method: 'POST', url, headers, body: batch[0]?.body ?? '' }),
    verdict: statusVerdict,
  }
}
