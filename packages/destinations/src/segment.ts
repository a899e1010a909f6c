import type { Destination, VisitorIdStore } from '@threadline/core'
import { type JsonObject, type TrackEvent, utf8Bytes } from '@threadline/schema'
import { libraryOf, unlessEmpty } from './context-fields.ts'
import { jsonText } from './json-text.ts'
import { currencyRefusal, revenueOrValue } from './money.ts'
import { baseAddress, headerText } from './options.ts'
import { ownId } from './own-id.ts'
import { lostProperties, otherIdOf, refusal, type ServiceRules } from './refusal.ts'
import { serviceName } from './service-name.ts'
import { apiVerdict } from './service-verdict.ts'

/** Names of a workspace's consent categories. */
export interface SegmentConsentCategories {
  readonly analytics?: string | undefined
  readonly ads?: string | undefined
}

export interface SegmentOptions {
  /** Of the source. Segment's own script shows it to everybody, so it is no secret. */
  readonly writeKey: string
  /**
   * Where the API is: `https://events.eu1.segmentapis.com` for a workspace in the EU, the data plane of RudderStack, a
   * Jitsu or a Threadline collector.
   *
   * @defaultValue `https://api.segment.io`
   */
  readonly baseUrl?: string | undefined
  /**
   * Where the key travels. `header` is Basic authentication, which every such API takes; `body` sends `text/plain` with
   * the key in the body alone, which needs no CORS preflight and works for beacons. RudderStack does not take that.
   *
   * @defaultValue `'header'`
   */
  readonly keyIn?: 'header' | 'body' | undefined
  /** Ids of the workspace's consent categories. Unless given, Segment's consent enforcement sees none. */
  readonly consentCategories?: SegmentConsentCategories | undefined
}

/** Where Segment's own script keeps the visitor's id. */
export const segmentVisitorId: VisitorIdStore = { kind: 'cookie', name: 'ajs_anonymous_id' }

const RULES: ServiceRules = {
  identify: true,
  alias: true,
  group: true,
  missingIdentity: ({ anonymousId, userId }) =>
    anonymousId || userId ? undefined : 'Segment needs an anonymousId or a userId',
}

const TYPES: { readonly [event: string]: string } = {
  $pageview: 'page',
  $identify: 'identify',
  $alias: 'alias',
  $group: 'group',
}

function campaignOf({ utm }: TrackEvent): JsonObject | undefined {
  const { campaign: name, ...rest } = utm ?? {}
  return unlessEmpty({ name, ...rest })
}

function categoriesOf({ consent }: TrackEvent, categories: SegmentConsentCategories): JsonObject | undefined {
  const preferences: { [category: string]: boolean | undefined } = {}
  if (categories.analytics) preferences[categories.analytics] = consent?.analytics
  if (categories.ads) preferences[categories.ads] = consent?.ads
  const categoryPreferences = unlessEmpty(preferences)
  return categoryPreferences && { categoryPreferences }
}

/** Segment's common `context`; what that has no place for is its member `threadline`. */
function contextOf(event: TrackEvent, categories: SegmentConsentCategories, eventId: string | undefined): JsonObject {
  const { url, path, title, referrer, email, sessionId, clickIds, consent, stamped, context = {} } = event
  const { library, automated, ...rest } = context
  return {
    ...rest,
    library: unlessEmpty(libraryOf(library)),
    page: unlessEmpty({ url, path, title, referrer }),
    campaign: campaignOf(event),
    traits: event.event === '$identify' ? undefined : unlessEmpty({ email }),
    consent: categoriesOf(event, categories),
    threadline: unlessEmpty({ eventId, sessionId, clickIds, consent: consent && { ...consent }, automated, stamped }),
  }
}

/** The members that belong to the kind of call, besides `properties`. */
function callMembers({ event, email, traits, properties, ...rest }: TrackEvent): JsonObject {
  if (event === '$identify') return { traits: { ...traits, email: email ?? traits?.['email'] } }
  if (event === '$alias') return { previousId: otherIdOf({ event, properties, ...rest }) }
  if (event === '$group') return { groupId: otherIdOf({ event, properties, ...rest }), traits: properties?.['traits'] }
  return event === '$pageview' ? {} : { event }
}

/** The `properties` of a call as JSON text; those of a page repeat its facts, as Segment's own script has them. */
function propertiesText(event: TrackEvent): string {
  const { url, path, title, referrer, properties } = event
  const facts = event.event === '$pageview' ? { url, path, title, referrer } : {}
  return jsonText({ ...facts, ...properties }, revenueOrValue(event))
}

/**
 * Segment's HTTP Tracking API, and whatever speaks it: `POST /v1/batch`, up to 2500 events and 500 KB a request.
 *
 * Works in pages and on servers with the same write key. Segment drops what comes again within a day by `messageId`,
 * 99 % of it by its own word; other receivers have windows of their own. Payments travel as `revenue`, other amounts as
 * `value`, both in major units.
 *
 * @throws ThreadlineError `invalid_config` when an option is missing or malformed.
 */
export function segment(options: SegmentOptions): Destination {
  const destination = 'segment'
  const { baseUrl = 'https://api.segment.io', keyIn = 'header', consentCategories = {} } = options
  const url = `${baseAddress({ destination, option: 'baseUrl', value: baseUrl })}/v1/batch`
  const writeKey = headerText({ destination, option: 'writeKey', value: options.writeKey })
  const prefix = `{"writeKey":${JSON.stringify(writeKey)},"sentAt":"`
  const headers: { readonly [name: string]: string } =
    keyIn === 'body'
      ? { 'content-type': 'text/plain' }
      : { 'content-type': 'application/json', authorization: `Basic ${btoa(`${writeKey}:`)}` }

  return {
    name: destination,
    limits: {
      maxEvents: 2_500,
      maxRequestBytes: 500_000,
      maxEventBytes: 32_000,
      envelopeBytes: utf8Bytes(`${prefix}2026-01-31T09:30:00.000Z","batch":[]}`),
      rate: { requests: 1_000, intervalMs: 1_000 },
    },
    dedupes: true,
    gzip: keyIn === 'header',
    visitorIdStore: segmentVisitorId,
    encode(event) {
      const refused = refusal(event, RULES) ?? currencyRefusal(event)
      if (refused) return refused
      const { anonymousId, userId, timestamp } = event
      const { id: messageId, eventId } = ownId(event, writeKey)
      const type = serviceName(TYPES, event.event) ?? 'track'
      const body = jsonText(
        {
          type,
          messageId,
          anonymousId,
          userId,
          timestamp,
          ...callMembers(event),
          context: contextOf(event, consentCategories, eventId),
        },
        { properties: type === 'track' || type === 'page' ? propertiesText(event) : undefined },
      )
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
