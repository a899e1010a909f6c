import { expect, test } from 'vitest'
import { nameIn } from './traits.ts'

test.each([
  [{ name: ' Ada Lovelace ' }, 'Ada Lovelace'],
  [{ name: '', firstName: 'Ada', lastName: 'Lovelace' }, 'Ada Lovelace'],
  [{ first_name: 'Ada' }, 'Ada'],
  [{ fullName: 'Ada L.', first_name: 'A' }, 'Ada L.'],
  [{ name: { first: 'Ada' }, plan: 'pro' }, undefined],
  [{}, undefined],
])('of %j the name is %j', (traits, name) => {
  expect(nameIn(traits)).toBe(name)
})
