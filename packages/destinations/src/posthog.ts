import type { Destination } from '@threadline/core'
import { type JsonObject, type TrackEvent, utf8Bytes } from '@threadline/schema'
import { libraryOf } from './context-fields.ts'
import { EVENT_ID_PROPERTY } from './event-id.ts'
import { jsonText, quoted } from './json-text.ts'
import { currencyRefusal, revenueOrValue } from './money.ts'
import { baseAddress, headerText, keyWithoutPrefix } from './options.ts'
import { ownId } from './own-id.ts'
import { lostProperties, otherIdOf, refusal, type ServiceRules } from './refusal.ts'
import { serviceName } from './service-name.ts'
import { apiVerdict } from './service-verdict.ts'
import { hostOf, utmFields } from './url.ts'

export interface PosthogOptions {
  /** The project's key, `phc_…`. It may only write and is no secret; a personal key (`phx_…`) is, and is refused. */
  readonly key: string
  /**
   * `https://eu.i.posthog.com` for a project in the EU, your own PostHog, or a path that your site forwards.
   *
   * @defaultValue `https://us.i.posthog.com`
   */
  readonly baseUrl?: string | undefined
  /**
   * Who sends. From a page, requests are `text/plain`, which needs no CORS preflight, and PostHog takes the visitor's
   * place from the request. From a server it is told not to: it would find the server there. An event's own
   * `context.ip` counts either way.
   *
   * @defaultValue `'server'`
   */
  readonly sentFrom?: 'server' | 'page' | undefined
  /**
   * The type that PostHog knows your groups by.
   *
   * @defaultValue `'company'`
   */
  readonly groupType?: string | undefined
}

const RULES: ServiceRules = {
  identify: true,
  alias: true,
  group: true,
  missingIdentity: ({ event, anonymousId, userId }) => {
    if (event === '$identify' && !userId) return 'an identity link needs a userId'
    return anonymousId || userId ? undefined : 'PostHog needs an anonymousId or a userId'
  },
}

/** Names under which PostHog's own script reports the same thing. */
const NAMES: { readonly [event: string]: string } = {
  $page_leave: '$pageleave',
  $alias: '$create_alias',
  $group: '$groupidentify',
}

/** What PostHog's own script says of the page and the browser. */
function pageProperties({ url, path, title, referrer, utm, clickIds, context }: TrackEvent): JsonObject {
  const { locale, timezone, screen, userAgent, ip } = context ?? {}
  const { name, version } = libraryOf(context?.library)
  return {
    $current_url: url,
    $host: hostOf(url),
    $pathname: path,
    title,
    $referrer: referrer,
    $referring_domain: hostOf(referrer),
    ...utmFields(utm),
    ...clickIds,
    $lib: name,
    $lib_version: version,
    $browser_language: locale,
    $timezone: timezone,
    $screen_width: screen?.width,
    $screen_height: screen?.height,
    $raw_user_agent: userAgent,
    $ip: ip,
  }
}

/** The properties that belong to the kind of event. */
function kindProperties(event: TrackEvent, groupType: string): JsonObject {
  const { event: name, anonymousId, traits, email, properties } = event
  const other = otherIdOf(event)
  if (name === '$identify')
    return { $anon_distinct_id: anonymousId, $set: { ...traits, email: email ?? traits?.['email'] } }
  if (name === '$alias') return { alias: other }
  if (name === '$group' && other !== undefined) {
    const $group_set = properties?.['traits']
    return { $group_type: groupType, $group_key: other, $group_set, $groups: { [groupType]: other } }
  }
  const set = properties?.['$set']
  return email === undefined ? { ...properties } : { ...properties, $set: { ...Object(set), email } }
}

/**
 * PostHog: `POST /batch/`, in pages and on servers with the same project key.
 *
 * Events that come again are merged by `uuid`, in the background: until then a report may show both. An event without a
 * user makes no person, as with PostHog's own script. Payments travel as `revenue`, other amounts as `value`, both in
 * major units.
 *
 * @throws ThreadlineError `invalid_config` when the key is a personal or secret one, or an option is malformed.
 */
export function posthog(options: PosthogOptions): Destination {
  const destination = 'posthog'
  const { baseUrl = 'https://us.i.posthog.com', sentFrom = 'server', groupType = 'company' } = options
  const url = `${baseAddress({ destination, option: 'baseUrl', value: baseUrl })}/batch/`
  const key = keyWithoutPrefix({ destination, option: 'key', value: options.key }, ['phx_', 'phs_'])
  const type = headerText({ destination, option: 'groupType', value: groupType })
  const isPage = sentFrom === 'page'
  const prefix = `{"api_key":${JSON.stringify(key)},"sent_at":"`
  const headers = { 'content-type': isPage ? 'text/plain' : 'application/json' }

  return {
    name: destination,
    limits: {
      // Not limited by PostHog; 20 MB of body and 1 MB an event are.
      maxEvents: 1_000,
      maxRequestBytes: 10_000_000,
      maxEventBytes: 1_000_000,
      envelopeBytes: utf8Bytes(`${prefix}2026-01-31T09:30:00.000Z","batch":[]}`),
    },
    dedupes: true,
    gzip: !isPage,
    encode(event) {
      const refused = refusal(event, RULES) ?? currencyRefusal(event)
      if (refused) return refused
      const { anonymousId, userId, sessionId, timestamp, context } = event
      const { id: uuid, eventId } = ownId(event, key)
      const members = {
        ...pageProperties(event),
        ...kindProperties(event, type),
        $device_id: anonymousId,
        $user_id: userId,
        $session_id: sessionId,
        $process_person_profile: userId === undefined ? false : undefined,
        $geoip_disable: isPage || context?.ip !== undefined ? undefined : true,
      }
      const properties = jsonText(members, { ...revenueOrValue(event), [EVENT_ID_PROPERTY]: quoted(eventId) })
      const name = serviceName(NAMES, event.event) ?? event.event
      const body = jsonText({ uuid, event: name, distinct_id: userId ?? anonymousId, timestamp }, { properties })
      const adjustments = lostProperties(event)
      return adjustments.length === 0 ? { body } : { body, adjustments }
    },
    request: (batch, { now }) => ({
      method: 'POST',
      url,
      headers,
      body: `${prefix}${new Date(now).toISOString()}","batch":[${batch.map((event) => event.body).join(',')}]}`,
    }),
    verdict: apiVerdict,
  }
}
