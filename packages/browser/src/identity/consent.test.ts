import { afterEach, expect, test, vi } from 'vitest'
import type { ConsentChoice, Settings } from '../contract/settings.ts'
import { hasSignal, toConsent } from './consent.ts'

afterEach(() => vi.unstubAllGlobals())

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

test.each<[ConsentChoice, Settings, boolean | undefined, boolean | undefined]>([
  ['granted', {}, true, false],
  [{ analytics: true }, {}, true, false],
  [{ analytics: true, ads: true }, {}, true, true],
  [{ ads: true }, {}, undefined, true],
  ['pending', {}, undefined, false],
  ['denied', {}, false, false],
  ['granted', { honorGpc: false }, true, true],
  ['granted', { honorGpc: false, honorDnt: true }, true, false],
])('under a signal of the browser, %j with %j is a yes to ads only by name', (choice, settings, analytics, ads) => {
  vi.stubGlobal('navigator', { globalPrivacyControl: true, doNotTrack: '1' })
  expect(toConsent(choice, vi.fn(), hasSignal(settings))).toEqual({ analytics, ads })
})

test('without a signal an answer is what it says', () => {
  vi.stubGlobal('navigator', { globalPrivacyControl: false, doNotTrack: '1' })
  expect(toConsent('granted', vi.fn(), hasSignal({}))).toEqual({ analytics: true, ads: true })
})
