import { fakeClock } from '@threadline/core/testing'
import { expect, test } from 'vitest'
import { createRoom } from './room.ts'

test('where requests must not wait for each other, a producer looks for room by itself', async () => {
  const clock = fakeClock()
  const stats = { pending: 2, bytes: 0 }
  const room = createRoom(() => [{ stats }], { clock, maxEvents: 2, maxBytes: 1_000, isBound: () => true })
  let isThrough = false
  const waiting = room.wait().then(() => {
    isThrough = true
  })
  await clock.advance(1_000)
  expect(isThrough).toBe(false)
  // Another request's events have left, and nothing that belongs to it tells this one.
  stats.pending = 1
  await clock.advance(100)
  await waiting
  expect(isThrough).toBe(true)
})

test('and gives up with its signal', async () => {
  const clock = fakeClock()
  const room = createRoom(() => [], { clock, maxEvents: 0, maxBytes: 1_000, isBound: () => true })
  const controller = new AbortController()
  const waiting = expect(room.wait(controller.signal)).rejects.toThrow('enough')
  controller.abort(new Error('enough'))
  await clock.advance(100)
  await waiting
})
