import { describe, expect, test } from 'vitest'
import { flatPayload } from './flat-payload.ts'

const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index + 1}`, 'v']))

describe('flatPayload', () => {
  test('with money the first eight properties stay', () => {
    const { payload, adjustments } = flatPayload(keys(10), { amount: '1.00', currency: 'EUR' })
    expect(payload).toEqual({ ...keys(8), amount: '1.00', currency: 'EUR' })
    expect(adjustments).toEqual([{ kind: 'keys_dropped', detail: 'k9, k10' }])
  })

  test('an amount of the caller’s own is kept wherever it stands', () => {
    const { payload } = flatPayload({ ...keys(12), amount: '5' }, {})
    expect(payload).toEqual({ ...keys(9), amount: '5' })
  })

  test('what is reserved wins over a property of its name and takes one key, not two', () => {
    const { payload, adjustments } = flatPayload({ amount: '5', ...keys(9) }, { amount: '4.99' })
    expect(payload).toEqual({ ...keys(9), amount: '4.99' })
    expect(adjustments).toEqual([])
  })

  test('of two members that flatten to one key the first stays, and that is reported', () => {
    const { payload, adjustments } = flatPayload({ a_b: 1, a: { b: 2 } }, {})
    expect(payload).toEqual({ a_b: '1' })
    expect(adjustments).toEqual([
      { kind: 'flattened', detail: 'a' },
      { kind: 'keys_dropped', detail: 'a_b' },
    ])
  })

  test('a cut does not leave half of a character', () => {
    const { payload } = flatPayload({ note: `${'n'.repeat(254)}😀` }, {})
    expect(payload).toEqual({ note: 'n'.repeat(254) })
  })

  test('a date is text, as it is in JSON', () => {
    const at = new Date('2026-06-12T10:00:00.000Z')
    // @ts-expect-error a Date is not JSON; plain JavaScript passes one all the same
    expect(flatPayload({ at }, {}).payload).toEqual({ at: '2026-06-12T10:00:00.000Z' })
  })

  test('a property called __proto__ is a property', () => {
    const { payload } = flatPayload(JSON.parse('{"__proto__": "x"}'), {})
    expect(Object.entries(payload ?? {})).toEqual([['__proto__', 'x']])
  })

  test('nothing but nulls and empty objects is no payload', () => {
    expect(flatPayload({ a: null, b: {} }, {})).toEqual({
      payload: undefined,
      adjustments: [{ kind: 'flattened', detail: 'b' }],
    })
  })
})
