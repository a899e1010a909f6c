import { expect, test } from 'vitest'
import { MAX_PROPERTIES } from './catalogue.ts'
import { seenProperties } from './seen-properties.ts'

test('tells those that are seen most often first, and how many more there are', () => {
  const many = Object.fromEntries(Array.from({ length: MAX_PROPERTIES + 5 }, (_, index) => [`p${index}`, index]))
  const { properties, moreProperties } = seenProperties([
    JSON.stringify({ properties: many }),
    JSON.stringify({ properties: { last: true } }),
    JSON.stringify({ properties: { last: 'yes' } }),
    '{"properties":null}',
    '{"properties":["no object"]}',
  ])
  expect(properties[0]).toEqual({ name: 'last', types: ['boolean', 'string'], seen: 2 })
  expect(properties).toHaveLength(MAX_PROPERTIES)
  expect(moreProperties).toBe(7)
})

test('takes names of the language for what they are, and cuts long ones', () => {
  const { properties } = seenProperties([`{"properties":{"__proto__":1,"constructor":2,"${'x'.repeat(300)}":3}}`])
  expect(properties.map(({ name }) => name)).toEqual(['__proto__', 'constructor', 'x'.repeat(200)])
})
