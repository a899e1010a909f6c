import { type TrackEvent, utf8Bytes } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { bodyOf } from '../test/event.ts'
import { posthog } from './posthog.ts'

const ph = posthog({ key: 'phc_1' })
const propertiesOf = (parts: Partial<TrackEvent>, destination = ph) => JSON.parse(bodyOf(destination, parts)).properties

describe('posthog', () => {
  test('a page’s own properties win over its facts, and nobody else’s word over who it was', () => {
    const own = { title: 'Mine', utm_source: 'mine', $device_id: 'other', $user_id: 'other' }
    const properties = propertiesOf({ title: 'Shop', utm: { source: 'news' }, userId: 'user_42', properties: own })
    expect(properties).toMatchObject({ title: 'Mine', utm_source: 'mine', $user_id: 'user_42' })
    expect(properties.$device_id).toBe('0192f0c1-2d3e-7abc-8def-0123456789ab')
  })

  test('what is set on the person by hand stays, unless the event has an e-mail address', () => {
    const properties = { $set: { plan: 'pro' } }
    expect(propertiesOf({ properties }).$set).toEqual({ plan: 'pro' })
    expect(propertiesOf({ properties, email: 'sam@example.com' }).$set).toEqual({
      plan: 'pro',
      email: 'sam@example.com',
    })
  })

  test('the visitor’s place comes from the event’s address or, from a page, from the request', () => {
    const page = posthog({ key: 'phc_1', sentFrom: 'page' })
    expect(propertiesOf({}).$geoip_disable).toBe(true)
    expect(propertiesOf({ context: { ip: '203.0.113.7' } })).not.toHaveProperty('$geoip_disable')
    expect(propertiesOf({}, page)).not.toHaveProperty('$geoip_disable')
    expect([ph.gzip, page.gzip]).toEqual([true, false])
  })

  test('envelopeBytes is exact', () => {
    const now = Date.parse('2026-01-31T09:30:00.000Z')
    const { body } = ph.request([{ eventId: 'a', body: '{}' }], { now, attempt: 1 })
    expect(utf8Bytes(body)).toBe(ph.limits.envelopeBytes + 2)
  })
})
