import { expect, test, vi } from 'vitest'
import type { ConsentChoice } from '../contract/settings.ts'
import { toConsent } from './consent.ts'

test.each<[ConsentChoice, boolean | undefined, boolean | undefined]>([
  ['granted', true, true],
  ['denied', false, false],
  ['pending', undefined, undefined],
  [{ analytics: true, ads: false }, true, false],
  [{ ads: true }, undefined, true],
  [{}, undefined, undefined],
])('%j is an answer', (choice, analytics, ads) => {
  const emit = vi.fn()
  expect(toConsent(choice, emit)).toEqual({ analytics, ads })
  expect(emit).not.toHaveBeenCalled()
})

// What a banner's storage, a form or a page without types may hold.
test.each([
  ['null', undefined],
  ['true', undefined],
  ['"yes"', undefined],
  ['""', undefined],
  ['1', undefined],
  ['{"analytics":"denied","ads":false}', false],
  ['{"analytics":"granted","ads":true}', true],
  ['{"analytics":null}', undefined],
  ['{"analytics":0}', undefined],
])('%s is undecided, and said so', (json, ads) => {
  const emit = vi.fn()
  expect(toConsent(JSON.parse(json), emit)).toEqual({ analytics: undefined, ads })
  expect(emit.mock.calls).toEqual([
    ['failed', expect.objectContaining({ code: 'invalid_config', message: expect.stringContaining(`${json} counts`) })],
  ])
})
