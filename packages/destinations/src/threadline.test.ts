import type { DeliveryResponse } from '@threadline/core'
import type { TrackEvent } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { threadline, threadlineInBody } from './threadline.ts'

const NOW = Date.parse('2026-01-31T09:30:00.000Z')
const event: TrackEvent = {
  eventId: 'order_8841',
  event: 'checkout_finished',
  userId: 'user_42',
  timestamp: '2026-01-31T09:30:00.000Z',
  properties: { plan: 'größe' },
}
const batch = [
  { eventId: 'a', body: JSON.stringify(event) },
  { eventId: 'b', body: '{}' },
]

const answer = (status: number, body = '', headers: { readonly [name: string]: string } = {}): DeliveryResponse => ({
  status,
  header: (name) => headers[name] ?? null,
  body,
})

describe('request', () => {
  test('with the key in a header', () => {
    const request = threadline({ host: 'https://events.example.com/', key: 'sk_1' }).request(batch, {
      now: NOW,
      attempt: 1,
    })
    expect(request.url).toBe('https://events.example.com/v1/batch')
    expect(request.headers).toEqual({ 'content-type': 'application/json', authorization: 'Bearer sk_1' })
    expect(JSON.parse(request.body)).toEqual({ sentAt: '2026-01-31T09:30:00.000Z', events: [event, {}] })
  })

  test('with the key in the body: nothing that would ask for a CORS preflight', () => {
    const request = threadline({ host: '/t', key: 'pk_"1', keyIn: 'body' }).request(batch, { now: NOW, attempt: 1 })
    expect(request.url).toBe('/t/v1/batch')
    expect(request.headers).toEqual({ 'content-type': 'text/plain' })
    expect(JSON.parse(request.body)).toMatchObject({ key: 'pk_"1', events: [event, {}] })
  })

  test('with the counts of what was given up', () => {
    const context = { now: NOW, attempt: 1, dropped: { queue_overflow: 3 } }
    const { body } = threadline({ host: '/t', key: 'pk_1' }).request(batch, context)
    expect(JSON.parse(body)).toMatchObject({ events: [event, {}], dropped: { queue_overflow: 3 } })
  })

  test.each(['header', 'body'] as const)('envelopeBytes is exact with the key in the %s', (keyIn) => {
    const destination = threadline({ host: '/t', key: 'pk_"quoted', keyIn })
    const { body } = destination.request(batch, { now: NOW, attempt: 1 })
    const events = batch.map((encoded) => encoded.body).join(',')
    expect(Buffer.byteLength(body)).toBe(destination.limits.envelopeBytes + Buffer.byteLength(events))
  })
})

describe('verdict', () => {
  const { verdict } = threadline({ host: '/t', key: 'pk_1' })

  test('reads what became of each event', () => {
    const body = JSON.stringify({
      stored: 0,
      duplicates: ['a'],
      invalid: [{ eventId: 'b', code: 'invalid_value', message: 'not an integer' }],
    })
    expect(verdict(answer(200, body), batch, NOW)).toEqual({
      kind: 'delivered',
      duplicates: ['a'],
      rejected: [{ eventId: 'b', reason: 'invalid_value', message: 'not an integer' }],
    })
  })

  test('reads which event is meant, where its id alone does not tell', () => {
    const body = JSON.stringify({
      stored: 0,
      duplicates: ['a'],
      duplicateEvents: ['purchase'],
      invalid: [{ eventId: 'a', event: 'refunded', code: 'invalid_value', message: 'not an integer' }],
    })
    expect(verdict(answer(200, body), batch, NOW)).toMatchObject({
      duplicateEvents: ['purchase'],
      rejected: [{ eventId: 'a', event: 'refunded' }],
    })
  })

  test.each(['', '<!doctype html><title>App</title>', '{"ok":true}', 'null', '[]'])(
    'a 2xx that no collector wrote is a wrong address, not a delivery: %s',
    (body) => {
      expect(verdict(answer(200, body), batch, NOW)).toMatchObject({ kind: 'pause', reason: 'not_found' })
    },
  )

  test('says why the collector refused, and only the status where no collector answered', () => {
    const reason = JSON.stringify({ error: { code: 'unauthorized', message: 'the key is unknown or revoked' } })
    expect(verdict(answer(401, reason), batch, NOW)).toEqual({
      kind: 'pause',
      reason: 'unauthorized',
      message: 'HTTP 401: the key is unknown or revoked',
    })
    for (const body of ['', '<title>Not found</title>', 'null', '{"error":"nope"}', '{"error":{"message":{}}}']) {
      expect(verdict(answer(404, body), batch, NOW)).toMatchObject({ message: 'HTTP 404' })
    }
    const long = JSON.stringify({ error: { message: 'x'.repeat(10_000) } })
    expect(verdict(answer(503, long), batch, NOW)).toMatchObject({ message: `HTTP 503: ${'x'.repeat(200)}` })
  })

  test('everything else goes by status', () => {
    expect(verdict(answer(429, '{}', { 'retry-after': '3' }), batch, NOW)).toMatchObject({
      kind: 'retry',
      retryAfterMs: 3_000,
    })
    expect(verdict(answer(401), batch, NOW)).toMatchObject({ kind: 'pause', reason: 'unauthorized' })
  })
})

test('a secret key says so, and a missing one is refused', () => {
  expect(threadline({ host: '/t', key: 'sk_1' }).secret).toBe(true)
  expect(threadline({ host: '/t', key: 'pk_1' }).secret).toBe(false)
  expect(() => threadline({ host: '/t', key: '' })).toThrow(expect.objectContaining({ code: 'invalid_config' }))
})

test('for a page: as with the key in the body, without what only servers do', () => {
  const options = { host: 'https://events.example.com/', key: 'pk_"1' }
  const context = { now: NOW, attempt: 1 }
  const page = threadlineInBody(options)
  const full = threadline({ ...options, keyIn: 'body' })
  expect(page.request(batch, context)).toEqual(full.request(batch, context))
  expect(page.limits).toEqual(full.limits)
  expect([page.gzip, full.gzip]).toEqual([undefined, true])
  expect(page.request(batch, { ...context, dropped: { expired: 1 } })).toEqual(page.request(batch, context))
  expect(() => threadlineInBody({ host: '', key: 'pk_1' })).toThrow(expect.objectContaining({ code: 'invalid_config' }))
})

test('for a page, too, white space around the key is no part of it', () => {
  const given = threadlineInBody({ host: '/t', key: ' pk_1\n' })
  expect(given.request(batch, { now: NOW, attempt: 1 })).toEqual(
    threadlineInBody({ host: '/t', key: 'pk_1' }).request(batch, { now: NOW, attempt: 1 }),
  )
  expect(threadlineInBody({ host: '/t', key: '\tsk_1' }).secret).toBe(true)
  expect(() => threadlineInBody({ host: '/t', key: ' \n' })).toThrow(
    expect.objectContaining({ code: 'invalid_config' }),
  )
})
