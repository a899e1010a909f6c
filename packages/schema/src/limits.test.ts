import { expect, test } from 'vitest'
import { BATCH_LIMITS, LIMITS } from './limits.ts'

test('what a sender sends is within what the wire takes', () => {
  expect(BATCH_LIMITS.maxEvents).toBe(LIMITS.batchEvents)
  expect(BATCH_LIMITS.maxEventBytes).toBe(LIMITS.eventBytes)
  expect(BATCH_LIMITS.maxRequestBytes).toBeLessThan(LIMITS.batchBytes)
})
