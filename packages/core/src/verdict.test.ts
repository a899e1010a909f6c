import { describe, expect, test } from 'vitest'
import { answer } from '../test/fixtures.ts'
import { statusVerdict } from './verdict.ts'

const NOW = Date.parse('2026-01-31T09:30:00.000Z')
const one = [{ eventId: 'a', body: '{}' }]
const two = [...one, { eventId: 'b', body: '{}' }]
const kind = (status: number, batch = one) => statusVerdict(answer(status), batch, NOW).kind

describe('statusVerdict', () => {
  test('every status has the verdict of the design', () => {
    const verdicts: { [kind: string]: number[] } = {}
    for (let status = 200; status < 600; status += 1) {
      const name = kind(status)
      verdicts[name] = [...(verdicts[name] ?? []), status]
    }
    const retried = [408, 425, 429, 500, 502, 503, 504]
    const server = Array.from({ length: 100 }, (_, index) => 500 + index).filter((s) => s !== 501 && s !== 505)
    expect(verdicts['delivered']).toEqual(Array.from({ length: 100 }, (_, index) => 200 + index))
    expect(verdicts['pause']).toEqual([401, 402, 403, 404])
    expect(verdicts['retry']).toEqual([408, 425, 429, ...server])
    expect(verdicts['retry']).toEqual(expect.arrayContaining(retried))
    expect(verdicts['drop']).toEqual(
      expect.arrayContaining([300, 301, 302, 304, 307, 308, 400, 405, 410, 413, 422, 501, 505]),
    )
  })

  test.each([
    [400, 'validation_error'],
    [413, 'payload_too_large'],
    [422, 'validation_error'],
  ])('%i splits a batch and drops a single event as %s', (status, reason) => {
    expect(statusVerdict(answer(status), two, NOW)).toMatchObject({ kind: 'split', reason })
    expect(statusVerdict(answer(status), one, NOW)).toMatchObject({ kind: 'drop', reason })
  })

  test('a redirect and another refusal have reasons of their own', () => {
    expect(statusVerdict(answer(302), two, NOW)).toMatchObject({ kind: 'drop', reason: 'unexpected_redirect' })
    expect(statusVerdict(answer(410), two, NOW)).toMatchObject({ kind: 'drop', reason: 'rejected' })
  })

  test('Retry-After is read for every status that is tried again', () => {
    for (const status of [429, 503, 500]) {
      expect(statusVerdict(answer(status, { 'retry-after': '7' }), one, NOW)).toMatchObject({ retryAfterMs: 7_000 })
    }
    expect(statusVerdict(answer(429), one, NOW)).toMatchObject({ retryAfterMs: undefined })
  })

  test('the message never quotes the body, which may hold the key', () => {
    expect(JSON.stringify(statusVerdict(answer(401, {}, 'bad key sk_live_1'), one, NOW))).not.toContain('sk_live_1')
  })
})
