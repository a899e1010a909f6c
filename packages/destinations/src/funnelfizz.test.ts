import { utf8Bytes } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { bodyOf, refusalOf } from '../test/event.ts'
import { funnelfizz } from './funnelfizz.ts'

const ff = funnelfizz({ baseUrl: 'https://f.example', cookie: 'c=1', workspaceId: 'a b&c', siteId: 'site "1"' })

describe('funnelfizz', () => {
  test('ids of workspace and site are encoded for where they stand', () => {
    const { url, body } = ff.request([{ eventId: 'e1', body: '{"type":"a"}' }], { now: 0, attempt: 1 })
    expect(url).toBe('https://f.example/api/tracking/server-events?workspaceId=a%20b%26c')
    expect(JSON.parse(body)).toEqual({ siteId: 'site "1"', events: [{ type: 'a' }] })
    expect(utf8Bytes(body)).toBe(ff.limits.envelopeBytes + utf8Bytes('{"type":"a"}'))
  })

  test('the event id travels as a property that nobody else uses', () => {
    const { props } = JSON.parse(bodyOf(ff, { eventId: 'order_1', properties: { event_id: 'calendar-7' } }))
    expect(props).toEqual({ event_id: 'calendar-7', threadline_event_id: 'order_1' })
  })

  test('props may have 8 000 bytes of UTF-8; the event id gives way before the event does', () => {
    const exact = { note: `x${'é'.repeat((8_000 - '{"note":"x"}'.length) / 2)}` }
    expect(utf8Bytes(JSON.stringify(exact))).toBe(8_000)
    expect(JSON.parse(bodyOf(ff, { properties: exact })).props).toEqual(exact)
    expect(refusalOf(ff, { properties: { note: `${exact.note}y` } })).toBe('props_too_large')
  })

  test('page views have the name of the service’s own script; nothing takes an alias', () => {
    expect(JSON.parse(bodyOf(ff, { event: '$pageview' })).type).toBe('pageview')
    expect(refusalOf(ff, { event: '$alias' })).toBe('identify_not_supported')
  })
})
