import { expect, test } from 'vitest'
import { liftAmount } from './money.ts'

test.each([
  [{ revenue: 19.999, total: 25, price: 5, currency: 'USD' }],
  [{ revenue: '1,299.00', value: 1299, currency: 'USD' }],
  [{ total: 10.5, price: 10, currency: 'JPY' }],
  [{ revenue: 19.999, value: 5 }],
])('no other amount stands in for one that cannot be said: %j', (properties) => {
  expect(liftAmount(properties)).toEqual({ rest: properties })
})

test.each([
  [
    { revenue: '', total: 25, currency: 'USD' },
    { value: 2_500, currency: 'USD', rest: { revenue: '' } },
  ],
  [
    { revenue: null, price: 5, currency: 'EUR' },
    { value: 500, currency: 'EUR', rest: { revenue: null } },
  ],
  [
    { revenue: 25, total: 30, currency: null },
    { value: 2_500, currency: 'USD', rest: { total: 30 } },
  ],
  [
    { revenue: '', value: 5 },
    { value: 500, rest: { revenue: '' } },
  ],
  [
    { revenue: 0, value: 5 },
    { value: 0, currency: 'USD', rest: { value: 5 } },
  ],
])('what says nothing is passed over: %j', (properties, lifted) => {
  expect(liftAmount(properties)).toEqual(lifted)
})
