import { describe, expect, test } from 'vitest'
import { adjustmentsOf, bodyOf, refusalOf } from '../test/event.ts'
import { millimetric } from './millimetric.ts'

const mm = millimetric({ key: 'sk_x' })

describe('millimetric', () => {
  test('an id that is too long is left out, unless nothing else says who it was', () => {
    const long = 'a'.repeat(129)
    const parts = { eventId: long, anonymousId: long, sessionId: long, userId: 'user_1' }
    const body = JSON.parse(bodyOf(mm, parts))
    expect(body).toMatchObject({ event: 'purchase', user_id: 'user_1' })
    expect(body).not.toHaveProperty('event_id')
    expect(body).not.toHaveProperty('anonymous_id')
    expect(adjustmentsOf(mm, parts)).toEqual([
      'field_omitted: event_id',
      'field_omitted: anonymous_id',
      'field_omitted: session_id',
    ])
    expect(refusalOf(mm, { anonymousId: long })).toBe('invalid_id')
    expect(refusalOf(mm, { event: '$identify', anonymousId: long, userId: 'user_1' })).toBe('invalid_id')
  })

  test('an identity link needs both ids and goes alone to its own endpoint', () => {
    expect(refusalOf(mm, { event: '$identify' })).toBe('missing_identity')
    const encoding = mm.encode({
      eventId: 'e1',
      event: '$identify',
      anonymousId: 'visitor-1',
      userId: 'user_1',
      timestamp: '2026-06-12T10:00:00.000Z',
      email: 'sam@example.com',
      traits: { email: 'old@example.com', plan: 'pro' },
    })
    if ('refused' in encoding) throw new Error(encoding.message)
    expect(encoding.alone).toBe(true)
    const request = mm.request([{ eventId: 'e1', body: encoding.body }], { now: 0, attempt: 1 })
    expect(request.url).toBe('https://api.millimetric.ai/v1/identify')
    expect(JSON.parse(request.body)).toEqual({
      anonymous_id: 'visitor-1',
      user_id: 'user_1',
      traits: { plan: 'pro', email: 'sam@example.com' },
    })
  })

  test.each([
    ['https://a.example/p', 'https://a.example/p?utm_source=x%20y&utm_medium=email'],
    ['https://a.example/p?q=a+b#top', 'https://a.example/p?q=a+b&utm_source=x%20y&utm_medium=email#top'],
    ['https://a.example/?utm_source=own', 'https://a.example/?utm_source=own&utm_medium=email'],
    ['https://a.example/?utm_source=o&utm_medium=o', 'https://a.example/?utm_source=o&utm_medium=o'],
  ])('campaign parameters join %s', (url, expected) => {
    expect(JSON.parse(bodyOf(mm, { url, utm: { medium: 'email', source: 'x y' } })).url).toBe(expected)
  })

  test('an address that only the campaign makes too long goes without it', () => {
    const url = `https://a.example/${'p'.repeat(2_000)}`
    const utm = { campaign: 'c'.repeat(100) }
    expect(JSON.parse(bodyOf(mm, { url, utm })).url).toBe(url)
    expect(adjustmentsOf(mm, { url, utm })).toEqual(['field_omitted: utm'])
  })

  test('path and referrer over 2048 characters are left out', () => {
    const parts = { path: `/${'p'.repeat(2_048)}`, referrer: `https://r.example/${'r'.repeat(2_048)}` }
    expect(adjustmentsOf(mm, parts)).toEqual(['field_omitted: path', 'field_omitted: referrer'])
  })

  test('traits over 8 000 bytes are refused as properties are', () => {
    const parts = { event: '$identify', userId: 'user_1', traits: { bio: 'x'.repeat(8_000) } }
    expect(refusalOf(mm, parts)).toBe('props_too_large')
  })
})
