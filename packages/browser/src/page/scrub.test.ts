import type { TrackEvent } from '@threadline/schema'
import { expect, test } from 'vitest'
import type { CaptureHook } from '../contract/settings.ts'
import { allowParams, chain, scrub } from './scrub.ts'

const event = (fields: Partial<TrackEvent>): TrackEvent => ({
  eventId: 'e1',
  event: 'tested',
  timestamp: '2026-01-31T09:30:00.000Z',
  ...fields,
})

test.each([
  ['write to jo.doe+news@mail.example.com today', 'write to [removed] today'],
  ['https://example.com/?email=jo%40example.com&x=1', 'https://example.com/?email=[removed]&x=1'],
  ['4111 1111 1111 1111', '[removed]'],
  ['card 5500-0055-5555-5559.', 'card [removed].'],
  ['order 4111111111111112', 'order 4111111111111112'],
  ['+43 660 1234567', '+43 660 1234567'],
  ['user@host', 'user@host'],
])('scrub: %s', (text, expected) => {
  expect(scrub(event({ properties: { deep: [{ text }] }, url: text, title: text, referrer: text }))).toMatchObject({
    properties: { deep: [{ text: expected }] },
    url: expected,
    title: expected,
    referrer: expected,
  })
})

test('scrub leaves traits, numbers, booleans and null as they are', () => {
  const given = event({
    traits: { email: 'jo@example.com' },
    properties: { count: 4_111_111_111_111_111, ok: true, none: null },
  })
  expect(scrub(given)).toMatchObject({ traits: given.traits, properties: given.properties })
})

test('allowParams keeps what is named, and utm parameters', () => {
  const hook = allowParams(['page'])
  expect(
    hook(
      event({
        url: 'https://example.com/a?page=2&token=secret&utm_source=news#part',
        referrer: 'https://other.test/?q=x',
      }),
    ),
  ).toMatchObject({ url: 'https://example.com/a?page=2&utm_source=news#part', referrer: 'https://other.test/' })
  expect(hook(event({ url: 'about:blank', referrer: '' }))).toMatchObject({ url: 'about:blank', referrer: '' })
})

test('chain passes an event on, and ends where one hook drops it', () => {
  const add: CaptureHook = (given) => ({ ...given, title: `${given.title ?? ''}+` })
  expect(chain(add, add)(event({ title: 'x' }))).toMatchObject({ title: 'x++' })
  expect(chain(add, () => null, add)(event({}))).toBeNull()
})
