import { expect, test } from 'vitest'
import { createMapping } from './mapping.ts'
import { toEvent } from './to-event.ts'

const mapping = createMapping({ map: [], set: ['event=plan_viewed', 'timestamp=2026-01-31'] }, ['userId', 'eventId'])

const rowOf = (cells: { readonly [column: string]: string }) => ({
  number: 1,
  line: 2,
  end: 0,
  text: JSON.stringify(cells),
  fields: () => (column: string) => cells[column],
})

test('a row keeps its own id; without one, its content makes the id, the same in every run', () => {
  expect(toEvent(rowOf({ userId: 'u1', eventId: 'order_1' }), mapping).eventId).toBe('order_1')
  const { eventId } = toEvent(rowOf({ userId: 'u1' }), mapping)
  expect(eventId).toMatch(/^row_[\w-]{43}$/)
  expect(toEvent({ ...rowOf({ userId: 'u1' }), number: 9, line: 10 }, mapping).eventId).toBe(eventId)
  expect(toEvent(rowOf({ userId: 'u2' }), mapping).eventId).not.toBe(eventId)
})

test('is checked by the rules of the canonical event', () => {
  expect(() => toEvent(rowOf({ userId: 'guest' }), mapping)).toThrow(expect.objectContaining({ code: 'invalid_id' }))
  expect(() => toEvent(rowOf({}), mapping)).toThrow(expect.objectContaining({ code: 'missing_identity' }))
})
