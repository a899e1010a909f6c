import { expect, test } from 'vitest'
import { clientAddress, networkOf } from './client-address.ts'

function request(remoteAddress: string, forwardedFor?: string) {
  return { socket: { remoteAddress }, headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor } }
}

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::5:6', '2001:db8:0:0::/64'],
  ['2001:0DB8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('a connection from %s counts for %s', (address, counted) => {
  expect(networkOf(clientAddress(request(address, '198.51.100.7'), 0))).toBe(counted)
})

test.each([
  [1, '203.0.113.9, 198.51.100.7', '198.51.100.7'],
  [2, '203.0.113.9, 198.51.100.7', '203.0.113.9'],
  [1, '203.0.113.9, 198.51.100.7:4711', '198.51.100.7'],
  [1, '[2001:db8::1]:4711', '2001:db8::1'],
  [1, '::ffff:198.51.100.7', '198.51.100.7'],
  [2, '198.51.100.7', '192.0.2.1'],
  [1, 'not an address', '192.0.2.1'],
  [1, '', '192.0.2.1'],
  [1, undefined, '192.0.2.1'],
])('behind %i proxies, %j counts for %s', (proxies, header, counted) => {
  expect(clientAddress(request('192.0.2.1', header), proxies)).toBe(counted)
})
