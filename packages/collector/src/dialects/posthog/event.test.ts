import { describe, expect, test } from 'vitest'
import { fromPosthog } from './event.ts'

const NOW = Date.UTC(2026, 0, 31, 9, 30, 1)
const AT = '2026-01-31T09:29:00.000Z'

const one = (sent: object) =>
  fromPosthog({ event: 'a', uuid: 'e1', distinct_id: 'user_42', ...sent }, { receivedAt: NOW, isTrusted: true })[0]

const properties = (sent: object) => {
  const event = one(sent)
  return event && 'properties' in event ? event.properties : undefined
}

describe('members beside the properties', () => {
  test('that have no place are properties under their own names', () => {
    expect(properties({ $groups: { team: 't-1' }, site_url: 'x', properties: { plan: 'pro' } })).toEqual({
      plan: 'pro',
      $groups: { team: 't-1' },
      site_url: 'x',
    })
    expect(properties({ plan: 'free', properties: { plan: 'pro' } })).toEqual({ plan: 'pro', plan_: 'free' })
  })

  test.each(['$identify', '$groupidentify', '$create_alias'])('of %s, too', (event) => {
    const told = { $group_type: 'team', $group_key: 't-1', alias: 'visitor-1' }
    expect(properties({ event, cohort: 7, properties: told })).toMatchObject({ cohort: 7 })
  })

  test('that are no event, id or time stay, too', () => {
    expect(properties({ uuid: {}, timestamp: 'soon', $set: 'pro', properties: [] })).toEqual({
      uuid: {},
      timestamp: 'soon',
      $set: 'pro',
      properties: [],
    })
  })

  test('about the request and the client are none', () => {
    const around = { api_key: 'phc_x', token: 'phc_x', sent_at: AT, historical_migration: false, type: 'capture' }
    expect(one({ ...around, timestamp: AT, library: 'posthog-python', library_version: '2.1.0' })).toEqual({
      event: 'a',
      eventId: 'e1',
      userId: 'user_42',
      timestamp: AT,
      context: { library: 'posthog-python/2.1.0' },
    })
  })

  test('name the client only where its properties do not', () => {
    const event = one({ library: 'old', properties: { $lib: 'posthog-node', $lib_version: '5.0.0' } })
    expect(event).toMatchObject({ context: { library: 'posthog-node/5.0.0' } })
    expect(event).not.toHaveProperty('properties')
  })

  test('called __proto__ are not lost on the way: the event is refused', () => {
    expect(JSON.stringify(properties(JSON.parse('{"__proto__":{"a":1}}')))).toBe('{"__proto__":{"a":1}}')
    expect(JSON.stringify(properties(JSON.parse('{"properties":{"b":2,"__proto__":{"a":1}}}')))).toContain('__proto__')
  })
})

test.each([1_769_851_740, 1_769_851_740_000, '1769851740'])('a time may be a number: %j', (timestamp) => {
  expect(one({ timestamp })).toMatchObject({ timestamp: AT })
})

test('an id may be a number, unless that stands for several', () => {
  expect(one({ uuid: 42 })).toMatchObject({ eventId: '42' })
  expect(one({ uuid: 2 ** 53 })).toMatchObject({ properties: { uuid: 2 ** 53 } })
})
