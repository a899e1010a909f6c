import type { TrackEvent } from '@threadline/schema'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { trackEvent } from '../../test/events.ts'
import { createEnrichment } from './enrichment.ts'

const SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15'
const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'

const { derive, revision } = createEnrichment()

const derived = (fields: Partial<TrackEvent>, visitor = {}) =>
  derive(trackEvent(fields), { project: 'default', visitor })

describe('columns of an event', () => {
  test('say nothing of an event that tells nothing', () => {
    const { arrival, enriched, ...columns } = derived({ event: 'purchase' })
    expect(arrival).toBe(0)
    expect(enriched).toBe(revision('default'))
    expect(Object.values(columns).filter((value) => value !== null)).toEqual([])
  })

  test.each<[Partial<TrackEvent>, string | null]>([
    [{ path: '/' }, 'direct'],
    [{ url: 'https://shop.example/' }, 'direct'],
    [{ url: 'https://shop.example/', referrer: 'https://shop.example/before' }, 'internal'],
    [{ url: 'https://www.shop.co.uk/', referrer: 'https://blog.shop.co.uk/' }, 'internal'],
    [{ url: 'https://shop.co.uk/', referrer: 'https://other.co.uk/' }, 'referral'],
    [{ url: 'https://ada.github.io/', referrer: 'https://bob.github.io/' }, 'referral'],
    [{ url: 'https://shop.example/', referrer: 'https://checkout.stripe.com/c/pay' }, 'internal'],
    [{ url: 'https://shop.example/', referrer: 'https://accounts.google.com/' }, 'internal'],
    [{ url: 'https://shop.example/', referrer: 'https://www.google.com/' }, 'organic_search'],
    [{ url: 'https://shop.example/', referrer: 'android-app://com.google.android.gm/' }, 'email'],
    [{ url: 'http://localhost:3000/', referrer: 'http://localhost:3000/login' }, 'internal'],
    [{ url: 'http://127.0.0.1:3000/', referrer: 'http://127.0.0.2/' }, 'referral'],
    [{ url: 'https://shop.example/', referrer: 'no address' }, 'direct'],
    [{ event: 'purchase', utm: { source: 'news', medium: 'email' } }, 'email'],
    [{ event: 'purchase' }, null],
  ])('of %j: channel %s', (fields, channel) => {
    expect(derived(fields).channel).toBe(channel)
  })

  test('keep what the campaign says as it is said, and name the place it is from', () => {
    expect(
      derived({
        url: 'https://shop.example/?utm_source=FB',
        path: '/',
        referrer: 'https://L.Facebook.com/l.php',
        utm: { source: 'FB', medium: 'Paid_Social', campaign: 'Spring' },
        clickIds: { fbclid: 'x' },
      }),
    ).toMatchObject({
      source: 'FB',
      medium: 'Paid_Social',
      campaign: 'Spring',
      origin: 'Facebook',
      referrer_host: 'l.facebook.com',
      channel: 'paid_social',
      path: '/',
      arrival: 2,
    })
  })

  test('go by what the event says before what its request says', () => {
    const visitor = { userAgent: SAFARI }
    expect(derived({}, visitor)).toMatchObject({ device: 'desktop', browser: 'Safari', os: 'macOS', bot: null })
    expect(derived({ context: { userAgent: GOOGLEBOT } }, visitor)).toMatchObject({ device: 'bot', bot: 'Googlebot' })
    expect(derived({ context: { automated: true } }, visitor)).toMatchObject({
      device: 'bot',
      browser: 'Safari',
      bot: 'Automated browser',
    })
  })

  test('have the place of the edge, or of the address', () => {
    const lookup = (address: string) => ({ country: address.startsWith('203.') ? 'AT' : 'NZ' })
    const { derive: withLookup } = createEnrichment({ lookup })
    const placed = (fields: Partial<TrackEvent>, visitor: object) =>
      withLookup(trackEvent(fields), { project: 'default', visitor }).country
    expect(placed({}, { address: '203.0.113.7' })).toBe('AT')
    expect(placed({}, { address: '203.0.113.7', place: { country: 'DE' } })).toBe('DE')
    expect(placed({ context: { ip: '198.51.100.9' } }, { address: '203.0.113.7', place: { country: 'DE' } })).toBe('NZ')
    expect(placed({}, {})).toBeNull()
  })

  test('have another number when rules or domains of the project change, and only then', () => {
    const numbers = [{}, { channels: [{ channel: 'x', source: 'a' }] }, { domains: ['a.example'] }].map((project) =>
      createEnrichment({ projects: { shop: project } }).revision('shop'),
    )
    expect(new Set(numbers).size).toBe(3)
    const again = createEnrichment({ projects: { shop: { domains: ['a.example'] } } })
    expect(again.revision('shop')).toBe(numbers[2])
    expect(again.revision('other')).toBe(revision('default'))
    // It is an INTEGER of the database.
    expect(Math.max(...numbers)).toBeLessThan(2 ** 31)
  })

  test('are bounded, and any PostgreSQL can store them, whatever the texts are', () => {
    const text = fc.option(fc.oneof(fc.string({ maxLength: 2_000 }), fc.string({ unit: 'binary', maxLength: 2_000 })), {
      nil: undefined,
    })
    const event = fc.record({
      url: text,
      path: text,
      referrer: fc.oneof(text, fc.webUrl()),
      utm: fc.record({ source: text, medium: text, campaign: text }),
      context: fc.record({ userAgent: text, ip: text }),
    })
    fc.assert(
      fc.property(event, (fields) => {
        const { path, ...columns } = derived(fields)
        for (const value of Object.values(columns)) {
          if (typeof value !== 'string') continue
          expect(value.length).toBeLessThanOrEqual(500)
          expect(value).not.toMatch(/[\0\p{Surrogate}]/u)
        }
      }),
    )
  })
})
