import { expect, test } from 'vitest'
import { endOfPosition } from '../store/stored-forward.ts'
import { createWindow, type Slot } from './window.ts'

const slot = (position: number, eventId: string): Slot => ({
  place: { position, storedAt: 1_000, ts: 1_000, event: 'tested', eventId },
  isFinal: false,
})

/** A window of two transactions: a and b, then c. */
function setUp() {
  const window = createWindow()
  const [a, b, c] = [slot(1, 'a'), slot(1, 'b'), slot(2, 'c')]
  for (const each of [a, b, c]) window.add(each)
  return { window, a, b, c }
}

test('the place does not pass an event without a verdict, whatever later ones have', () => {
  const { window, b, c } = setUp()
  b.isFinal = true
  c.isFinal = true
  expect(window.advance(true)).toBeUndefined()
})

test('within a transaction the place names the event, and at its end none', () => {
  const { window, a, b, c } = setUp()
  a.isFinal = true
  expect(window.advance(true)).toEqual({ slots: 1, place: a.place })
  b.isFinal = true
  expect(window.advance(true)).toEqual({ slots: 2, place: endOfPosition(b.place) })
  c.isFinal = true
  expect(window.advance(false)).toEqual({ slots: 3, place: c.place })
  expect(window.advance(true)).toEqual({ slots: 3, place: endOfPosition(c.place) })
})

test('what is noted leaves, and the rest goes on from there', () => {
  const { window, a, b, c } = setUp()
  a.isFinal = true
  b.isFinal = true
  expect(window.pass(window.advance(true)?.slots ?? 0)).toEqual([a, b])
  expect([window.size, window.advance(true)]).toEqual([1, undefined])
  c.isFinal = true
  expect(window.advance(true)?.slots).toBe(1)
})
