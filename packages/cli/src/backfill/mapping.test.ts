import { describe, expect, test } from 'vitest'
import { createMapping } from './mapping.ts'

/** Maps one row, given as its cells by column. */
function mapped(row: { readonly [column: string]: unknown }, options: { map?: string[]; set?: string[] } = {}) {
  const { map = [], set = [] } = options
  const columns = Object.keys(row)
  return createMapping({ map, set }, columns).apply((column) => row[column])
}

describe('createMapping', () => {
  test('fills places from the columns that are called like them', () => {
    const row = { event: 'purchase', userId: 'u1', 'properties.plan': 'pro', 'utm.source': 'news', 'consent.ads': '0' }
    expect(mapped(row)).toEqual({
      event: 'purchase',
      userId: 'u1',
      properties: { plan: 'pro' },
      utm: { source: 'news' },
      consent: { ads: false },
    })
  })

  test('says which columns go nowhere', () => {
    const { ignored } = createMapping({ map: ['userId=Customer'], set: [] }, ['Customer', 'event', 'note'])
    expect(ignored).toEqual(['note'])
  })

  test('--map and --set come before a column that is called like the place', () => {
    const row = { userId: 'wrong', Customer: 'right', event: 'wrong' }
    expect(mapped(row, { map: ['userId=Customer'], set: ['event=right'] })).toEqual({ userId: 'right', event: 'right' })
  })

  test('gives properties the type that is asked for', () => {
    const row = { seats: '3', trial: 'true', tags: '["a",null]', code: '007' }
    const map = ['properties.seats:number=seats', 'properties.trial:boolean=trial', 'properties.tags:json=tags']
    expect(mapped(row, { map: [...map, 'properties.code=code'] })).toEqual({
      properties: { seats: 3, trial: true, tags: ['a', null], code: '007' },
    })
  })

  test('converts major units exactly, in the decimals of the currency', () => {
    const map = ['value:major=amount']
    expect(mapped({ amount: '19.99', currency: 'eur' }, { map })).toEqual({ value: 1999, currency: 'EUR' })
    expect(mapped({ amount: '500', currency: 'JPY' }, { map })).toEqual({ value: 500, currency: 'JPY' })
    expect(() => mapped({ amount: '1.005', currency: 'EUR' }, { map })).toThrow('2 decimals')
    expect(() => mapped({ amount: '5' }, { map })).toThrow('needs a currency')
  })

  test('refuses a fraction of minor units', () => {
    expect(mapped({ value: '4990' })).toEqual({ value: 4990 })
    expect(() => mapped({ value: '49.90' })).toThrow('integer minor units')
  })

  test('a member overrides the whole it belongs to', () => {
    const row = { properties: '{"plan":"old","seats":1}', tier: 'new' }
    expect(mapped(row, { map: ['properties.plan=tier'] })).toEqual({ properties: { plan: 'new', seats: 1 } })
  })

  test('a column called __proto__ is a property like any other', () => {
    const event = mapped({ 'properties.__proto__': 'x' })
    expect(JSON.stringify(event)).toBe('{"properties":{"__proto__":"x"}}')
  })

  test.each([
    [{ map: ['userId=Nobody'] }, 'no column "Nobody"'],
    [{ map: ['user=a'] }, '"user" is no place in an event'],
    [{ map: ['userId:number=a'] }, 'is no place in an event'],
    [{ map: ['userId=a', 'userId=a'] }, 'userId is filled twice'],
    [{ map: ['userId'] }, '--map is TARGET=…'],
    [{ set: ['=x'] }, '--set is TARGET=…'],
  ])('%j is refused', (options, message) => {
    expect(() => mapped({ a: '1' }, options)).toThrow(message)
  })
})
