import { expect, test } from 'vitest'
import { trackEvent } from '../test/events.ts'
import { hasSource, touchOf } from './touch.ts'

const url = 'https://www.shop.example/pricing?utm_source=news'

test('a campaign, a click id and a page elsewhere are sources', () => {
  const utm = { source: 'news', medium: 'email' }
  expect(touchOf(trackEvent({ url, path: '/pricing', utm }))).toEqual({
    utm,
    clickIds: null,
    referrer: null,
    path: '/pricing',
  })
  const sources = [{ utm }, { clickIds: { gclid: 'x' } }, { referrer: 'https://blog.example/post' }]
  for (const fields of sources) expect(hasSource(touchOf(trackEvent({ url, ...fields })))).toBe(true)
})

test.each([
  ['of the site itself', 'https://shop.example/'],
  ['no address', 'about nothing'],
  ['empty', ''],
])('a referrer that is %s is no source', (_, referrer) => {
  const touch = touchOf(trackEvent({ url, referrer, utm: {}, clickIds: {} }))
  expect(touch).toEqual({ utm: null, clickIds: null, referrer: null, path: '/pricing' })
  expect(hasSource(touch)).toBe(false)
})

test('an event from a server says nothing of an arrival', () => {
  expect(touchOf(trackEvent())).toEqual({ utm: null, clickIds: null, referrer: null, path: null })
})
