import { describe, expect, test } from 'vitest'
import { bodyOf } from '../test/event.ts'
import { webAnalyzer } from './web-analyzer.ts'

describe('webAnalyzer', () => {
  test('the event id travels only when asked for, and then always', () => {
    const properties = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`k${index}`, 'v']))
    const options = { apiKey: 'waa_x', websiteId: 1 }
    expect(bodyOf(webAnalyzer(options), { properties })).not.toContain('e1')
    const { payload } = JSON.parse(bodyOf(webAnalyzer({ ...options, sendEventId: true }), { properties }))
    expect(payload.threadline_event_id).toBe('e1')
    expect(Object.keys(payload)).toHaveLength(10)
  })
})
