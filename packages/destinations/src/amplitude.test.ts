import type { DeliveryResponse } from '@threadline/core'
import type { TrackEvent } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { bodyOf } from '../test/event.ts'
import { amplitude } from './amplitude.ts'

const am = amplitude({ apiKey: 'key_1' })
const sent = (parts: Partial<TrackEvent>, destination = am) => JSON.parse(bodyOf(destination, parts))
const one = [{ eventId: 'a', body: '{}' }]

function answer(status: number, body: object): DeliveryResponse {
  return { status, header: () => null, body: JSON.stringify(body) }
}

describe('amplitude', () => {
  test('a session of ours is the millisecond it began in; another one is none to Amplitude', () => {
    expect(sent({ sessionId: '0197c5a2-7a10-7d21-8c1e-5f60b2d94a77' }).session_id).toBe(0x0197c5a27a10)
    expect(sent({ sessionId: 'session_1' })).not.toHaveProperty('session_id')
  })

  test('the visitor’s place comes from the event’s address or, from a page, from the request', () => {
    const page = amplitude({ apiKey: 'key_1', sentFrom: 'page' })
    expect(sent({})).not.toHaveProperty('ip')
    expect(sent({}, page).ip).toBe('$remote')
    expect(sent({ context: { ip: '203.0.113.7' } }, page).ip).toBe('203.0.113.7')
  })

  test('an unknown key pauses, and the answer that repeats it is not passed on', () => {
    const verdict = am.verdict(answer(400, { code: 400, error: 'Invalid API key: key_1' }), one, 0)
    expect(verdict).toMatchObject({ kind: 'pause', reason: 'unauthorized' })
    expect(JSON.stringify(verdict)).not.toContain('key_1')
  })

  test('one user over the quota of a day holds nobody else up', () => {
    const body = { code: 429, exceeded_daily_quota_users: { user_42: 1 }, exceeded_daily_quota_devices: {} }
    expect(am.verdict(answer(429, body), [...one, ...one], 0)).toMatchObject({ kind: 'split' })
    expect(am.verdict(answer(429, body), one, 0)).toMatchObject({ kind: 'drop', reason: 'rejected' })
    const empty = { exceeded_daily_quota_users: {}, exceeded_daily_quota_devices: {} }
    expect(am.verdict(answer(429, empty), one, 0)).toMatchObject({ kind: 'retry', retryAfterMs: 30_000 })
  })
})
