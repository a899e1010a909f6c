import type { Destination, VisitorIdStore } from '@threadline/core'
import { LIMITS, type TrackEvent, utf8Bytes } from '@threadline/schema'
import { withEventId } from './event-id.ts'
import { jsonText, quoted } from './json-text.ts'
import { currencyCode, currencyRefusal, majorUnits } from './money.ts'
import { baseAddress, headerText } from './options.ts'
import { MAX_PROPS_BYTES, propsTooLarge, refusal, type ServiceRules } from './refusal.ts'
import { serviceName } from './service-name.ts'
import { nonAtomicVerdict } from './service-verdict.ts'
import { utmFields } from './url.ts'

export interface FunnelFizzOptions {
  /** Where the workspace lives, for example `https://app.example.com`. FunnelFizz documents no host: no default. */
  readonly baseUrl: string
  /** The whole `Cookie` header of a signed-in workspace user. A secret. */
  readonly cookie: string
  readonly workspaceId: string
  /** The tracking site; it must belong to the workspace. */
  readonly siteId: string
}

/** Where FunnelFizz's own script keeps the visitor's id. */
export const funnelfizzVisitorId: VisitorIdStore = { kind: 'cookie', name: '_fn_vid' }

const RULES: ServiceRules = {
  identify: true,
  missingIdentity: ({ anonymousId, email }) =>
    anonymousId || email ? undefined : 'FunnelFizz needs an anonymousId or an email; it takes no user id',
}

/** Names under which FunnelFizz's own script reports the same thing. */
const TYPES: { readonly [event: string]: string } = { $identify: 'identify', $pageview: 'pageview' }

/** The event's `props` as JSON text. Money has no field of its own, so it travels here, in major units. */
function propsText(event: TrackEvent): string {
  return event.event === '$identify'
    ? jsonText(event.traits ?? {}, {})
    : jsonText(event.properties ?? {}, { value: majorUnits(event), currency: quoted(currencyCode(event)) })
}

/**
 * FunnelFizz: `POST /api/tracking/server-events`, up to 50 events a request, 600 requests an hour.
 *
 * Not carried: user id, session id, url and the event's time (the service stamps its own). Nothing is deduplicated: a
 * resend after a lost answer may count twice.
 *
 * @throws ThreadlineError `invalid_config` when an option is missing or malformed.
 */
export function funnelfizz(options: FunnelFizzOptions): Destination {
  const given = (option: keyof FunnelFizzOptions) => ({ destination: 'funnelfizz', option, value: options[option] })
  const baseUrl = baseAddress(given('baseUrl'))
  const cookie = headerText(given('cookie'))
  const url = `${baseUrl}/api/tracking/server-events?workspaceId=${encodeURIComponent(headerText(given('workspaceId')))}`
  const prefix = `{"siteId":${JSON.stringify(headerText(given('siteId')))},"events":[`
  const headers = { 'content-type': 'application/json', cookie }

  return {
    name: 'funnelfizz',
    limits: {
      maxEvents: 50,
      // Not documented: 50 events with full props and their envelopes.
      maxRequestBytes: 450_000,
      maxEventBytes: LIMITS.eventBytes,
      envelopeBytes: utf8Bytes(prefix) + 2,
      rate: { requests: 600, intervalMs: 3_600_000 },
    },
    dedupes: false,
    secret: true,
    visitorIdStore: funnelfizzVisitorId,
    encode(event) {
      const refused = refusal(event, RULES) ?? currencyRefusal(event)
      if (refused) return refused
      const props = propsText(event)
      if (utf8Bytes(props) > MAX_PROPS_BYTES) return propsTooLarge()
      const { anonymousId: visitorId, email, path, referrer } = event
      const utm = utmFields(event.utm)
      const type = serviceName(TYPES, event.event) ?? event.event
      return {
        body: jsonText(
          { type, visitorId, email, path, referrer, utm },
          { props: withEventId(props, event.eventId, MAX_PROPS_BYTES) },
        ),
      }
    },
    request: (batch) => ({
      method: 'POST',
      url,
      headers,
      body: `${prefix}${batch.map((event) => event.body).join(',')}]}`,
    }),
    verdict: nonAtomicVerdict,
  }
}
