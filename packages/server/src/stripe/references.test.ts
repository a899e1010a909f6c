import { expect, test } from 'vitest'
import { session } from '../../test/stripe-fixtures.ts'
import { payerIdsOf } from './references.ts'

const guest = (email: string) => payerIdsOf(session({ customer: null, customer_details: { email } }))

test('a guest is known by their address, whatever its case', () => {
  expect(guest(' Ada@Example.com ')).toEqual(['stripe:ada@example.com'])
})

test('a blank address is nobody’s, and one that is too long for an id is not cut to somebody else’s', () => {
  expect(guest('  ')).toBeUndefined()
  expect(guest(`${'a'.repeat(185)}@example.com`)).toBeUndefined()
  expect(guest(`${'a'.repeat(170)}@example.com`)).toEqual([`stripe:${'a'.repeat(170)}@example.com`])
})
