import { expect, test } from 'vitest'
import { byMoneyGroup, moneyGroupName } from './money-group.ts'

test('keeps currencies and connected accounts apart, one’s own first', () => {
  const rows = [
    { currency: 'USD', account: 'acct_1', amount: 4 },
    { currency: 'USD', account: null, amount: 1 },
    { currency: 'EUR', account: null, amount: 2 },
    { currency: 'USD', account: null, amount: 8 },
  ]
  const groups = byMoneyGroup(rows).map((group) => [moneyGroupName(group), group.rows.map(({ amount }) => amount)])
  expect(groups).toEqual([
    ['USD', [1, 8]],
    ['EUR', [2]],
    ['USD · acct_1', [4]],
  ])
})
