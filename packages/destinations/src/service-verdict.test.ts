import { expect, test } from 'vitest'
import { millimetric, webAnalyzer } from './index.ts'
import { nonAtomicVerdict } from './service-verdict.ts'

const one = [{ eventId: 'e1', body: '{}' }]
const two = [...one, { eventId: 'e2', body: '{}' }]

function answer(status: number, body: unknown, headers: { readonly [name: string]: string } = {}) {
  return { status, body: JSON.stringify(body), header: (name: string) => headers[name] ?? null }
}

const mm = millimetric({ key: 'sk_x' })
const wa = webAnalyzer({ apiKey: 'waa_x', websiteId: 1 })

test('without a readable Retry-After the body says how long to wait', () => {
  expect(mm.verdict(answer(429, { retry_after_s: 1.5 }), one, 0)).toMatchObject({ retryAfterMs: 1_500 })
  expect(wa.verdict(answer(429, { retry_after: 30 }), one, 0)).toMatchObject({ retryAfterMs: 30_000 })
  expect(wa.verdict(answer(429, { retry_after: 30 }, { 'retry-after': 'soon' }), one, 0)).toMatchObject({
    retryAfterMs: 30_000,
  })
})

test('a readable Retry-After wins over the body', () => {
  const verdict = mm.verdict(answer(429, { retry_after_s: 60 }, { 'retry-after': '2' }), one, 0)
  expect(verdict).toMatchObject({ kind: 'retry', retryAfterMs: 2_000 })
})

test.each([['-1'], [-1], [null], ['30']])('a wait of %j in the body is none', (seconds) => {
  expect(mm.verdict(answer(429, { retry_after_s: seconds }), one, 0)).toMatchObject({ retryAfterMs: undefined })
})

test('a count that differs from what was sent is a warning, not a loss', () => {
  expect(mm.verdict(answer(202, { ok: true, count: 1 }), two, 0)).toEqual({
    kind: 'delivered',
    warnings: ['count_mismatch: 2 sent, 1 counted by the service'],
  })
  expect(wa.verdict(answer(200, { ok: true, processed: 1 }), two, 0)).toMatchObject({
    warnings: [expect.stringContaining('count_mismatch')],
  })
  expect(wa.verdict(answer(200, { ok: true, processed: 2 }), two, 0)).toEqual({ kind: 'delivered' })
})

test('the service’s error code is in the message, and what could be a key is not', () => {
  expect(mm.verdict(answer(401, { error: 'invalid_api_key' }), one, 0)).toMatchObject({
    kind: 'pause',
    message: 'HTTP 401 invalid_api_key',
  })
  expect(mm.verdict(answer(401, { error: 'sk_live_1234' }), one, 0)).toMatchObject({ message: 'HTTP 401' })
  expect(mm.verdict(answer(401, { error: { code: 'x' } }), one, 0)).toMatchObject({ message: 'HTTP 401' })
})

test('a refused batch is dropped where a resend could count its good half twice, and halved where it could not', () => {
  for (const status of [400, 422]) {
    expect(nonAtomicVerdict(answer(status, {}), two, 0)).toMatchObject({ kind: 'drop', reason: 'validation_error' })
    expect(wa.verdict(answer(status, {}), two, 0)).toMatchObject({ kind: 'drop', reason: 'validation_error' })
    expect(mm.verdict(answer(status, {}), two, 0)).toMatchObject({ kind: 'split', reason: 'validation_error' })
    expect(mm.verdict(answer(status, {}), one, 0)).toMatchObject({ kind: 'drop', reason: 'validation_error' })
  }
  expect(nonAtomicVerdict(answer(413, {}), two, 0)).toMatchObject({ kind: 'split', reason: 'payload_too_large' })
})
