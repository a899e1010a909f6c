import { expect, test } from 'vitest'
import { createAddressLimit } from './address-limit.ts'

test('gives each address its own tries, which come back', () => {
  let ms = 0
  const limit = createAddressLimit({ burst: 2, perSecond: 0.5 }, () => ms)
  limit.take('192.0.2.1')
  limit.take('192.0.2.1')
  expect(() => limit.take('192.0.2.1')).toThrow(expect.objectContaining({ code: 'rate_limited', retryAfterS: 2 }))
  limit.take('192.0.2.2')
  ms = 2_000
  limit.take('192.0.2.1')
})

test('remembers 10,000 addresses and forgets the one that was quiet for longest', () => {
  const limit = createAddressLimit({ burst: 1, perSecond: 1 }, () => 0)
  for (let n = 0; n < 10_000; n += 1) limit.take(`address-${n}`)
  expect(() => limit.take('address-0')).toThrow()
  limit.take('one-more')
  limit.take('address-1')
  expect(() => limit.take('address-0')).toThrow()
})
