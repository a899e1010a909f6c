import type { DeliveryResponse } from '@threadline/core'
import type { TrackEvent } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { adjustmentsOf, bodyOf } from '../test/event.ts'
import { mixpanel } from './mixpanel.ts'

const mp = mixpanel({ token: 'tok' })
const propertiesOf = (parts: Partial<TrackEvent>) => JSON.parse(bodyOf(mp, parts)).properties

function answer(body: unknown): DeliveryResponse {
  return { status: 400, header: () => null, body: typeof body === 'string' ? body : JSON.stringify(body) }
}

describe('mixpanel', () => {
  test('an insert id has the form that Mixpanel takes, whatever ours is', () => {
    const { $insert_id, threadline_event_id } = propertiesOf({ eventId: 'stripe:evt_1PZ4kd2eZvKYlo2C' })
    expect($insert_id).toMatch(/^[\da-z-]{36}$/)
    expect(threadline_event_id).toBe('stripe:evt_1PZ4kd2eZvKYlo2C')
  })

  test('nobody’s word over who it was and when', () => {
    const own = { distinct_id: 'x', time: 1, $user_id: 'x', $device_id: 'x', $insert_id: 'x' }
    expect(propertiesOf({ anonymousId: 'visitor-1', userId: 'user_42', properties: own })).toMatchObject({
      distinct_id: 'user_42',
      time: Date.parse('2026-06-12T10:00:00.000Z'),
      $user_id: 'user_42',
      $device_id: 'visitor-1',
    })
  })

  test('a text that Mixpanel cuts is told', () => {
    expect(adjustmentsOf(mp, { properties: { bio: 'x'.repeat(256), ok: 'x'.repeat(255) } })).toEqual([
      'value_truncated: bio',
    ])
  })

  test('of two events that share an id, the one that was refused is named', () => {
    const batch = ['purchase', 'refunded'].map((event) => ({ eventId: 'order_1', body: bodyOf(mp, { event }) }))
    const verdict = mp.verdict(answer({ failed_records: [{ index: 1, message: 'bad' }] }), batch, 0)
    expect(verdict).toEqual({
      kind: 'delivered',
      rejected: [{ eventId: 'order_1', event: 'refunded', reason: 'validation_error', message: 'bad' }],
    })
  })

  test.each(['', 'nonsense', '{}', '{"failed_records":[]}', '{"failed_records":[{"index":7,"message":"?"}]}'])(
    'a refusal that names no event halves the batch: %s',
    (body) => {
      const batch = ['a', 'b'].map((eventId) => ({ eventId, body: bodyOf(mp, { eventId }) }))
      expect(mp.verdict(answer(body), batch, 0)).toMatchObject({ kind: 'split', reason: 'validation_error' })
    },
  )
})
