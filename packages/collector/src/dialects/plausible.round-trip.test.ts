import { plausible } from '@threadline/destinations'
import type { TrackEvent } from '@threadline/schema'
import { parseEvent } from '@threadline/schema/zod'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { id, money, plain, properties, referrer, text, url, utm } from '../../test/canonical-events.ts'
import { receivedBy } from '../../test/received-by.ts'
import { createPageVisitors } from './page-visitor.ts'
import { createPlausibleDialect } from './plausible.ts'

const NOW = Date.UTC(2026, 0, 31, 9, 30, 1)

const TAKEN = ['value', 'currency', 'revenue', 'interactive', 'visible_ms', 'scroll_depth']

/** Plausible's properties are flat, and a blank one is none. */
const flat = fc.oneof(text, fc.integer(), fc.boolean())

const ordinary = fc.record(
  { event: fc.constantFrom('purchase', 'refunded', 'report_opened', '$pageview'), properties: properties(TAKEN, flat) },
  { requiredKeys: ['event'] },
)

const leave = fc
  .record({ visible_ms: fc.nat(), scroll_depth: fc.nat(100), more: properties(TAKEN, flat) })
  .map(({ more, ...told }) => ({ event: '$page_leave', properties: { ...more, ...told } }))

/** Everything of the canonical event that Plausible has a place for: the campaign is in the address. */
const canonical: fc.Arbitrary<TrackEvent> = fc
  .record({
    eventId: id,
    kind: fc.oneof(ordinary, leave),
    place: url,
    utm: fc.option(utm, { nil: undefined }),
    referrer: fc.option(referrer, { nil: undefined }),
    userAgent: fc.constantFrom('Mozilla/5.0 (X11; Linux x86_64)', 'curl/8.5.0'),
    money: fc.option(money, { nil: undefined }),
  })
  .map(({ kind, place, utm: campaign, userAgent, money: amount, ...rest }) => {
    const address = new URL(place.url)
    for (const [name, value] of Object.entries(campaign ?? {})) address.searchParams.set(`utm_${name}`, value)
    return plain({
      ...rest,
      ...kind,
      ...amount,
      anonymousId: 'visitor-1',
      timestamp: new Date(NOW).toISOString(),
      url: address.href,
      path: place.path,
      utm: campaign,
      context: { userAgent },
    })
  })

test('what Plausible carries of a canonical event comes back as it was', async () => {
  const destination = plausible({ domain: 'shop.example', sendEventId: true })
  const clock = { now: () => NOW, clientAddress: () => '192.0.2.1' }
  const visitors = createPageVisitors(clock)
  const dialect = createPlausibleDialect({ sites: [{ domain: 'shop.example' }], visitors, now: () => NOW })
  await fc.assert(
    fc.asyncProperty(canonical, async (event) => {
      const encoded = destination.encode(event)
      if ('refused' in encoded) throw new Error(encoded.refused)
      const batch = [{ eventId: event.eventId, event: event.event, body: encoded.body }]
      const { events } = await receivedBy(dialect, destination.request(batch, { now: NOW, attempt: 1 }))
      expect(plain(events)).toEqual([{ ...event, anonymousId: expect.stringMatching(/^day_[\w-]{22}$/) }])
      expect(events.map((one) => parseEvent(plain(one)).ok)).toEqual([true])
    }),
    { numRuns: 150 },
  )
}, 60_000)
