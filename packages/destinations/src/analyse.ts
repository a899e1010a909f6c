import type { Destination, VisitorIdStore } from '@threadline/core'
import { type JsonObject, LIMITS, type TrackEvent, utf8Bytes } from '@threadline/schema'
import { withEventId } from './event-id.ts'
import { jsonText, quoted } from './json-text.ts'
import { baseAddress, keyWithPrefix } from './options.ts'
import { refusal, type ServiceRules } from './refusal.ts'
import { serviceName } from './service-name.ts'
import { nonAtomicVerdict } from './service-verdict.ts'
import { hostOf, utmFields } from './url.ts'

export interface AnalyseOptions {
  /** `pk_…`: the only key there is, the same in pages and on servers. It travels in the body and is no secret. */
  readonly publicKey: string
  /** @defaultValue `https://pulse.analyse.net` */
  readonly baseUrl?: string | undefined
}

/** Where analyse.net's own script keeps the visitor's id. */
export const analyseVisitorId: VisitorIdStore = { kind: 'localStorage', name: 'analyse_anon_id' }

const RULES: ServiceRules = {
  identify: true,
  missingIdentity: ({ event, anonymousId, userId }) => {
    if (event === '$identify' && !userId) return 'an identity link needs a userId'
    return anonymousId || userId ? undefined : 'analyse.net needs an anonymousId or a userId'
  },
}

/** Names under which the service's own SDK reports the same thing. */
const NAMES: { readonly [event: string]: string } = { $pageview: 'pageview', $page_leave: 'page_leave' }

/** Traits with name, email and avatar in both spellings: the service's page and its SDK disagree. */
function traitsOf(event: TrackEvent): JsonObject {
  const traits = event.traits ?? {}
  const name = traits['name']
  const email = event.email ?? traits['email']
  const avatarUrl = traits['avatarUrl'] ?? traits['avatar']
  return { $name: name, $email: email, $avatar: avatarUrl, ...traits, email, avatarUrl }
}

function propertiesText(event: TrackEvent): string {
  if (event.event === '$identify') return jsonText(traitsOf(event), {})
  return jsonText(event.properties ?? {}, {
    amount: event.value === undefined ? undefined : String(event.value),
    currency: quoted(event.currency?.trim().toUpperCase()),
  })
}

/**
 * analyse.net: `POST /v1/batch`, up to 100 events a request. Works in pages and on servers with the same public key.
 *
 * Nothing is deduplicated: a resend after a lost answer may count twice. Email goes only into the traits of an identity
 * link. The request limits are ours; the service documents none.
 *
 * @throws ThreadlineError `invalid_config` when the key does not start with `pk_` or the address is malformed.
 */
export function analyse(options: AnalyseOptions): Destination {
  const destination = 'analyse'
  const { baseUrl = 'https://pulse.analyse.net' } = options
  const url = `${baseAddress({ destination, option: 'baseUrl', value: baseUrl })}/v1/batch`
  const publicKey = keyWithPrefix({ destination, option: 'publicKey', value: options.publicKey }, ['pk_'])
  const prefix = `{"publicKey":${JSON.stringify(publicKey)},"events":[`
  const headers = { 'content-type': 'application/json' }

  return {
    name: destination,
    limits: {
      maxEvents: 100,
      maxRequestBytes: 256_000,
      maxEventBytes: LIMITS.eventBytes,
      envelopeBytes: utf8Bytes(prefix) + 2,
    },
    dedupes: false,
    visitorIdStore: analyseVisitorId,
    encode(event) {
      const refused = refusal(event, RULES)
      if (refused) return refused
      const { userId, url: pageUrl, referrer, context } = event
      return {
        body: jsonText(
          {
            event_name: serviceName(NAMES, event.event) ?? event.event,
            anonymous_id: event.anonymousId ?? userId,
            person_id: userId,
            session_id: event.sessionId,
            timestamp: event.timestamp,
            url: pageUrl,
            path: event.path,
            hostname: hostOf(pageUrl),
            referrer,
            referrer_domain: hostOf(referrer),
            ...utmFields(event.utm),
            screen_w: context?.screen?.width,
            screen_h: context?.screen?.height,
          },
          { properties: withEventId(propertiesText(event), event.eventId) },
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
