import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { nativeJsonSchema } from './native-json-schema.ts'
import { batchRequest } from './wire.ts'

const file: unknown = JSON.parse(readFileSync(new URL('../../native.schema.json', import.meta.url), 'utf8'))

test('native.schema.json is what the code says (pnpm --filter @threadline/schema run generate)', () => {
  expect(file).toEqual(nativeJsonSchema())
})

describe('an independent validator', () => {
  const ajv = new Ajv2020({ formats: { 'date-time': true } })
  ajv.addSchema(nativeJsonSchema(), 'native')
  const isBatchRequest = ajv.compile({ $ref: 'native#/$defs/BatchRequest' })

  const event = { eventId: 'order_8841', event: 'purchase', userId: 'user_42', timestamp: '2026-01-31T09:30:00Z' }
  const request = { sentAt: '2026-01-31T09:30:01.000Z', events: [event] }

  test.each([
    ['a batch', request, true],
    ['money', { ...request, events: [{ ...event, value: 4990, currency: 'EUR', properties: { a: [1] } }] }, true],
    ['members from the future', { ...request, more: 1, events: [{ ...event, more: 1 }] }, true],
    ['no events', { sentAt: request.sentAt }, false],
    ['a float', { ...request, events: [{ ...event, value: 49.9, currency: 'EUR' }] }, false],
    ['a lower-case currency', { ...request, events: [{ ...event, currency: 'eur' }] }, false],
    ['a local time', { ...request, events: [{ ...event, timestamp: '2026-01-31T09:30:00+01:00' }] }, false],
    ['no event id', { ...request, events: [{ ...event, eventId: undefined }] }, false],
  ])('agrees with zod about %s', (_, body, valid) => {
    expect(isBatchRequest(JSON.parse(JSON.stringify(body)))).toBe(valid)
    expect(batchRequest.safeParse(body).success).toBe(valid)
  })
})
