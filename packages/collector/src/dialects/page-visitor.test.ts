import { describe, expect, test } from 'vitest'
import { createPageVisitors } from './page-visitor.ts'

const DAY = 86_400_000

function setup(secret?: string) {
  let now = Date.UTC(2026, 0, 31, 9, 30)
  const visitors = createPageVisitors({ secret, now: () => now, clientAddress: () => '192.0.2.1' })
  const identify = (headers: { readonly [name: string]: string } = {}, site = 'shop.example') =>
    visitors.identify(new Request('http://collector.test/', { headers: { 'user-agent': 'A', ...headers } }), site)
  return {
    identify,
    advance(ms: number) {
      now += ms
    },
  }
}

describe('a visitor without an id', () => {
  test('is the same for a day, and another the next', () => {
    const { identify, advance } = setup()
    const first = identify()
    advance(3_600_000)
    expect(identify()).toBe(first)
    advance(DAY)
    expect(identify()).not.toBe(first)
  })

  test.each([
    ['address', { 'x-forwarded-for': '203.0.113.7' }, 'shop.example'],
    ['browser', { 'user-agent': 'B' }, 'shop.example'],
    ['site', {}, 'other.example'],
  ])('is told apart by %s', (_, headers, site) => {
    const { identify } = setup()
    expect(identify(headers, site)).not.toBe(identify())
  })

  test('is at the first address that a proxy names, unless it names nonsense', () => {
    const { identify } = setup()
    const there = identify({ 'x-forwarded-for': '203.0.113.7' })
    expect(identify({ 'x-forwarded-for': '203.0.113.7, 10.0.0.1' })).toBe(there)
    expect(identify({ 'x-forwarded-for': 'unknown' })).toBe(identify())
  })

  test('is nobody that another collector knows, unless both have the secret', () => {
    expect(setup().identify()).not.toBe(setup().identify())
    expect(setup('a shared secret').identify()).toBe(setup('a shared secret').identify())
    expect(setup('a shared secret').identify()).not.toBe(setup('another secret').identify())
  })

  test('gives away neither address nor browser', () => {
    expect(setup('a shared secret').identify()).toMatch(/^day_[\w-]{22}$/)
  })
})

describe('a visitor whom Threadline’s SDK knows', () => {
  test('is the one of the cookie', () => {
    expect(setup().identify({ cookie: 'a=1; tl_id=visitor-1; b=2' })).toBe('visitor-1')
  })

  test('is not the one of a cookie that somebody made up', () => {
    expect(setup().identify({ cookie: 'tl_id=undefined' })).toMatch(/^day_/)
    expect(setup().identify({ cookie: 'tl_id=<script>' })).toMatch(/^day_/)
  })
})
