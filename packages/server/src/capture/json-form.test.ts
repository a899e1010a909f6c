import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { copyOf, jsonForm } from './json-form.ts'

class Plan {
  readonly name = 'pro'
  readonly seats = 3n
}

class Decimal {
  readonly #digits = '4.90'
  toJSON(): string {
    return this.#digits
  }
}

class Secretive {
  readonly #all = 1
  get all(): number {
    return this.#all
  }
}

class CardError extends Error {
  override readonly name = 'CardError'
  readonly config = { authorization: 'Bearer secret' }
  toJSON(): object {
    return { ...this }
  }
}

const onTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(jsonForm({ value }, 'properties'))).value

describe('what JSON has no form for gets one', () => {
  test.each<[string, unknown, unknown]>([
    ['a bigint', 9_007_199_254_740_993n, '9007199254740993'],
    [
      'a Map',
      new Map<unknown, unknown>([
        ['plan', 'pro'],
        [1, 2n],
      ]),
      { plan: 'pro', 1: '2' },
    ],
    ['a Set', new Set(['a', 2n]), ['a', '2']],
    ['an Error', new RangeError('too far'), { name: 'RangeError', message: 'too far' }],
    ['an Error that would tell its secrets', new CardError('declined'), { name: 'CardError', message: 'declined' }],
    ['an instance', new Plan(), { name: 'pro', seats: '3' }],
    ['an object with toJSON', new Decimal(), '4.90'],
    ['a Date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a URL', new URL('https://a.example/'), 'https://a.example/'],
    ['a boxed string', Object('text'), 'text'],
    ['at any depth', [{ a: new Map([['b', [new Set([1n])]]]) }], [{ a: { b: [['1']] } }]],
    ['a Map of another realm', runInNewContext('new Map([["a", 1n]])'), { a: '1' }],
    ['an Error of another realm', runInNewContext('new Error("far")'), { name: 'Error', message: 'far' }],
    ['an object of another realm', runInNewContext('({ a: [1] })'), { a: [1] }],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1n }), { a: '1' }],
    ['NaN', Number.NaN, null],
  ])('%s', (_name, value, form) => {
    expect(onTheWire(value)).toEqual(form)
  })

  test.each<[string, unknown, RegExp]>([
    ['a promise', Promise.resolve(), /^properties\.value is a promise: await it/],
    ['a promise of another realm', runInNewContext('Promise.resolve()'), /a promise/],
    ['bytes', new Uint8Array(2), /^properties\.value is Uint8Array, which is bytes/],
    ['a Buffer', Buffer.from('ab'), /bytes/],
    ['a WeakMap', new WeakMap(), /is WeakMap, of which JSON sees nothing/],
    ['a RegExp', /a/, /is RegExp/],
    ['URLSearchParams', new URLSearchParams('a=1'), /is URLSearchParams/],
    ['private fields only', new Secretive(), /is Secretive/],
  ])('%s is refused, where it stands named', (_name, value, message) => {
    expect(() => jsonForm({ value }, 'properties')).toThrow(message)
  })

  test('a circle is refused in no time, however many ways lead around it', () => {
    const self: { [name: string]: unknown } = {}
    for (const name of 'abcdefgh') self[name] = { list: [self] }
    expect(() => jsonForm(self, 'properties')).toThrow('properties.a.list.0 is circular')
    expect(() => copyOf(self, 'event')).toThrow('circular')
  })

  test('what has to change in nothing stays itself', () => {
    const properties = { a: 1, b: [{ c: new Date(0) }], d: null, e: undefined }
    expect(jsonForm(properties, 'properties')).toBe(properties)
  })
})

test('a copy is deep, and keeps what JSON would lose', () => {
  const map = new Map([['a', 1]])
  const original = { list: [{ a: 1 }], map, when: new Date(0) }
  const copy = copyOf(original, 'event')
  expect(copy).toEqual(original)
  expect(copy.map).toBe(map)
  expect(copy.list[0]).not.toBe(original.list[0])
})

test('a circle of many branches is found without walking all of them', () => {
  const circle: { [name: string]: unknown } = {}
  for (let index = 0; index < 1_000; index += 1) circle[`p${index}`] = circle
  expect(() => jsonForm(circle, 'properties')).toThrow('properties.p0 is circular')
})

test('what JSON has stays the same object, at every depth', () => {
  const value = { a: [1, 'b', null, undefined, [{ c: true }]], d: { e: { f: Number.NaN } } }
  expect(jsonForm(value, 'properties')).toBe(value)
  const odd = { ...value, g: [[new Map([['h', 1]])]] }
  expect(jsonForm(odd, 'properties')).toEqual({ ...value, g: [[{ h: 1 }]] })
})
