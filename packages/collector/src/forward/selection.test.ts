import type { Consent, TrackEvent } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { trackEvent } from '../../test/events.ts'
import { laterConsent } from './consent.ts'
import { parseStored, type Rules, select } from './selection.ts'

const ALL: Rules = { events: undefined, from: null, consent: 'analytics' }
const TS = Date.UTC(2026, 0, 31)

const selected = (fields: Partial<TrackEvent>, rules: Partial<Rules> = {}, later: Consent = {}) =>
  select(trackEvent({ eventId: 'e', ...fields }), TS, { ...ALL, ...rules }, later)

test('an event happened when the collector says, not when the clock of its sender said', () => {
  const event = trackEvent({ timestamp: '1970-01-01T00:00:00.000Z', properties: { plan: 'pro' } })
  expect(parseStored({ body: JSON.stringify(event), ts: TS, derived: { userAgent: null } })).toEqual({
    ...event,
    timestamp: '2026-01-31T00:00:00.000Z',
  })
})

test('an event has the browser that sent it, unless it names one', () => {
  const derived = { userAgent: 'Mozilla/5.0 (X11)' }
  const read = (fields: Partial<TrackEvent>) =>
    parseStored({ body: JSON.stringify(trackEvent(fields)), ts: TS, derived }).context
  expect(read({})).toEqual({ userAgent: 'Mozilla/5.0 (X11)' })
  expect(read({ context: { locale: 'de' } })).toEqual({ userAgent: 'Mozilla/5.0 (X11)', locale: 'de' })
  expect(read({ context: { userAgent: 'told' } })).toEqual({ userAgent: 'told' })
})

test('only the events that are named, and that happened since the beginning, are selected', () => {
  const events = new Set(['purchase'])
  expect(selected({ event: 'purchase' }, { events })).toHaveProperty('event')
  expect(selected({ event: 'purchases' }, { events })).toEqual({ left: 'not_selected' })
  expect(selected({}, { from: TS })).toHaveProperty('event')
  expect(selected({}, { from: TS + 1 })).toEqual({ left: 'not_selected' })
})

describe('consent', () => {
  const REFUSED = { left: 'consent_denied' }

  test.each<[own: Consent | undefined, later: Consent, need: Rules['consent'], denied: boolean]>([
    [undefined, {}, 'analytics', false],
    [{ analytics: false }, {}, 'analytics', true],
    [{ analytics: false }, { analytics: true }, 'analytics', true],
    [{ analytics: true }, { analytics: false }, 'analytics', true],
    [{ analytics: true, ads: false }, {}, 'analytics', false],
    [undefined, {}, 'ads', true],
    [{ ads: true }, {}, 'ads', false],
    [{ ads: false }, { ads: true }, 'ads', true],
    [{ ads: true }, { ads: false }, 'ads', true],
    [{ analytics: false, ads: true }, {}, 'ads', true],
  ])('of %j, and %j afterwards, where %s is needed: denied is %s', (own, later, consent, denied) => {
    const result = selected({ consent: own }, { consent }, later)
    expect('left' in result ? result : undefined).toEqual(denied ? REFUSED : undefined)
  })

  test('a later refusal of ads goes along with the event', () => {
    const result = selected({ consent: { analytics: true, ads: true } }, {}, { ads: false })
    expect('event' in result && result.event.consent).toEqual({ analytics: true, ads: false })
    const before = trackEvent({ consent: { ads: true } })
    expect(select(before, TS, ALL, {})).toEqual({ event: before })
  })

  test('counts from the latest statement of the visitor or the user, if it is later than the event', () => {
    const said = (position: number, fields: { anonymousId?: string; userId?: string }, consent: Consent) => ({
      position,
      anonymousId: null,
      userId: null,
      ...fields,
      consent,
    })
    const later = laterConsent([
      said(5, { anonymousId: 'visitor-1' }, { ads: false }),
      said(7, { userId: 'user-1' }, { analytics: false }),
      said(6, { userId: 'user-1' }, { analytics: true, ads: true }),
      said(9, { anonymousId: 'user-1' }, { ads: false }),
    ])
    const event = (fields: object) => trackEvent({ anonymousId: undefined, ...fields })
    expect(later(event({ anonymousId: 'visitor-1' }), 4)).toEqual({ ads: false })
    expect(later(event({ anonymousId: 'visitor-1' }), 5)).toEqual({})
    expect(later(event({ userId: 'user-1' }), 4)).toEqual({ analytics: false })
    expect(later(event({ anonymousId: 'visitor-1', userId: 'user-1' }), 4)).toEqual({ ads: false, analytics: false })
    expect(later(event({ userId: 'visitor-1' }), 0)).toEqual({})
  })
})
