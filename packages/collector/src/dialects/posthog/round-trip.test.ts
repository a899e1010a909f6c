import { posthog } from '@threadline/destinations'
import type { TrackEvent } from '@threadline/schema'
import { parseEvent } from '@threadline/schema/zod'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { id, instant, money, plain, properties, referrer, text, url, utm } from '../../../test/canonical-events.ts'
import { receivedBy } from '../../../test/received-by.ts'
import { createPosthogDialect } from './posthog-dialect.ts'

const NOW = Date.UTC(2026, 0, 31, 9, 30, 1)

/** Names that PostHog gives a meaning of its own, or that our destination uses. */
const TAKEN = ['title', 'value', 'revenue', 'currency', 'token', 'api_key', 'distinct_id', 'alias', 'epik', 'sccid']

const minted = fc.uuid({ version: 7 })

const facts = fc.record(
  { url, title: text, referrer, utm, clickIds: fc.constant({ gclid: 'abc', ScClid: 'x' }), sessionId: id },
  { requiredKeys: ['url'] },
)

const context = fc
  .record(
    {
      library: fc.constantFrom('@threadline/browser/1.0.0', 'shop'),
      locale: fc.constant('de-AT'),
      timezone: fc.constant('Europe/Vienna'),
      screen: fc.constant({ width: 390, height: 844.5 }),
      userAgent: text,
      ip: fc.constantFrom('203.0.113.7', '2001:db8::1'),
    },
    { requiredKeys: [] },
  )
  .filter((found) => Object.keys(found).length > 0)

const who = fc
  .record({ anonymousId: id, userId: id }, { requiredKeys: [] })
  .filter(({ anonymousId, userId }) => anonymousId !== userId)

const email = fc.constantFrom('sam@example.com', 'Sam.O’Neil@例え.jp')

const ordinary = fc.record(
  {
    event: fc.constantFrom('purchase', 'refunded', 'report_opened', '$pageview', '$page_leave'),
    properties: properties(TAKEN),
    email,
  },
  { requiredKeys: ['event'] },
)

const identify = fc
  .record({ traits: properties(['email']), email }, { requiredKeys: [] })
  // An address among the traits is the person's address, and the other way round.
  .map(({ traits, email: address }) => ({
    event: '$identify',
    ...(address && { email: address }),
    ...((traits || address) && { traits: { ...traits, ...(address && { email: address }) } }),
  }))

const group = fc
  .record({ groupId: id, traits: properties([]) }, { requiredKeys: ['groupId'] })
  .map((told) => ({ event: '$group', properties: told }))

const alias = id.map((previousId) => ({ event: '$alias', properties: { previousId } }))

/** Everything of the canonical event that PostHog has a place for. */
const canonical: fc.Arbitrary<TrackEvent> = fc
  .record({
    eventId: fc.oneof(minted, id, fc.constant('stripe:evt_1')),
    timestamp: instant,
    who,
    kind: fc.oneof(ordinary, identify, group, alias),
    page: fc.option(facts, { nil: undefined }),
    context: fc.option(context, { nil: undefined }),
    money: fc.option(money, { nil: undefined }),
  })
  .filter(({ who: { userId, anonymousId }, kind }) =>
    ['$identify', '$alias'].includes(kind.event) ? userId !== undefined : (userId ?? anonymousId) !== undefined,
  )
  .map(({ page, money: amount, kind, who: ids, ...rest }) => {
    const { url: place, ...others } = page ?? {}
    const isCall = ['$identify', '$group', '$alias'].includes(kind.event)
    return plain({ ...rest, ...ids, ...place, ...others, ...kind, ...(!isCall && amount) })
  })

test.each(['server', 'page'] as const)(
  'a canonical event comes back from a %s as it was',
  async (sentFrom) => {
    const destination = posthog({ key: 'phc_test', sentFrom })
    const dialect = createPosthogDialect({
      projects: [{ projectKey: 'phc_test' }],
      keyring: { find: () => undefined, publicKeys: () => [], refresh: () => Promise.resolve() },
      visitors: { ofDay: () => 'day_visitor' },
      now: () => NOW,
    })
    await fc.assert(
      fc.asyncProperty(canonical, async (event) => {
        const encoded = destination.encode(event)
        if ('refused' in encoded) throw new Error(encoded.refused)
        const { eventId, event: name } = event
        const batch = [{ eventId, event: name, body: encoded.body }]
        const { events, sentAt } = await receivedBy(dialect, destination.request(batch, { now: NOW, attempt: 1 }))
        // Whether a time was read off a clock or given is not told to PostHog, which corrects all of them.
        expect(plain(events)).toEqual([{ ...event, stamped: true }])
        expect(events.map((one) => parseEvent(plain(one)).ok)).toEqual([true])
        expect(sentAt).toBe(NOW)
      }),
      { numRuns: 150 },
    )
  },
  60_000,
)
