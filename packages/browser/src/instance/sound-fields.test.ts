import { expect, test } from 'vitest'
import { soundFields } from './sound-fields.ts'

/** The fields that are kept, and what is said of the others. */
function sound(given: object): readonly [kept: object, said: readonly string[]] {
  const said: string[] = []
  const kept = soundFields((_, ...[error]) => said.push(String(error)), 'chosen', given)
  return [kept, said]
}

test.each([
  { properties: { a: null } },
  { properties: Object.create(null) },
  { properties: undefined, traits: undefined },
  { title: '', url: 'https://example.com/', eventId: 'mine' },
  { value: '49.90', currency: 5 },
])('keeps %j', (given) => {
  expect(sound(given)).toEqual([given, []])
})

test.each([null, 'text', 5, true, [1], new Date(0), new Map(), () => undefined, Symbol('s')])(
  'leaves out %s in place of an object, and says so',
  (odd) => {
    for (const field of ['properties', 'traits', 'utm', 'clickIds']) {
      const [kept, said] = sound({ [field]: odd, event: 'chosen' })
      expect(kept).toEqual({ event: 'chosen' })
      expect(said).toEqual([expect.stringContaining(`chosen: ${field} is `)])
    }
  },
)

test.each([null, 9, {}, ['a']])('leaves out %j in place of a text, and says so', (odd) => {
  for (const field of ['eventId', 'email', 'url', 'path', 'title', 'referrer']) {
    const [kept, said] = sound({ [field]: odd })
    expect(kept).toEqual({})
    expect(said).toEqual([expect.stringContaining(`chosen: ${field} is `)])
  }
})
