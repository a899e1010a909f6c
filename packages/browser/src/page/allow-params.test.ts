import { scrub, type TrackEvent } from '@threadline/schema'
import { afterEach, expect, test, vi } from 'vitest'
import type { CaptureHook } from '../contract/settings.ts'
import { allowParams } from './allow-params.ts'
import { chain } from './chain.ts'

const event = (fields: Partial<TrackEvent>): TrackEvent => ({
  eventId: 'e1',
  event: 'tested',
  timestamp: '2026-01-31T09:30:00.000Z',
  ...fields,
})

afterEach(() => vi.unstubAllGlobals())

test('allowParams keeps what is named, and utm parameters, as they stand there', () => {
  const hook = allowParams(['page', 'q', 'näme'])
  const kept = (url: string) => hook(event({ url }))?.url
  expect(
    hook(
      event({
        url: 'https://example.com/a?page=2&token=secret&utm_source=news#part',
        referrer: 'https://other.test/?q=x',
      }),
    ),
  ).toMatchObject({
    url: 'https://example.com/a?page=2&utm_source=news#part',
    referrer: 'https://other.test/?q=x',
  })
  expect(kept('https://example.com/?token=1')).toBe('https://example.com/')
  expect(kept('/?flag&q=a%20b~c+d&page&x=?&sig=x~y')).toBe('/?q=a%20b~c+d&page')
  expect(kept('/?n%C3%A4me=1&%E0%A4%A=2')).toBe('/?n%C3%A4me=1')
  expect(hook(event({ url: 'about:blank', referrer: '' }))).toMatchObject({ url: 'about:blank', referrer: '' })
  expect(hook(event({}))).toMatchObject({ url: undefined, referrer: undefined })
})

test('allowParams sees the parameters of a fragment and of a hash route', () => {
  const hook = allowParams(['page'])
  const kept = (url: string) => hook(event({ url }))?.url
  expect(kept('https://example.com/#access_token=secret&page=1')).toBe('https://example.com/#page=1')
  expect(kept('https://example.com/?token=1#access_token=secret')).toBe('https://example.com/')
  expect(kept('https://example.com/#/list?page=2&token=secret')).toBe('https://example.com/#/list?page=2')
  expect(kept('https://example.com/#!/a=b')).toBe('https://example.com/#!/a=b')
})

test('scrub and allowParams need nothing newer than the browsers that are promised', () => {
  vi.stubGlobal('URL', undefined)
  const hook = chain(allowParams(['page']), scrub)
  expect(hook(event({ url: 'https://example.com/?page=jo@example.com&token=1' }))).toMatchObject({
    url: 'https://example.com/?page=[removed]',
  })
})

test('chain passes an event on, and ends where one hook drops it', () => {
  const add: CaptureHook = (given) => ({ ...given, title: `${given.title ?? ''}+` })
  expect(chain(add, add)(event({ title: 'x' }))).toMatchObject({ title: 'x++' })
  expect(chain(add, () => null, add)(event({}))).toBeNull()
})
