import { describe, expect, test } from 'vitest'
import { currentSession, isLive, parseSession, SESSION_IDLE_MS, SESSION_MAX_MS } from './session.ts'

const NOW = 1_800_000_000_000
const ID = 'session-1'

describe('isLive', () => {
  test('until 30 minutes without an event', () => {
    expect(isLive([ID, NOW - SESSION_IDLE_MS, NOW - SESSION_IDLE_MS + 1], NOW)).toBe(true)
    expect(isLive([ID, NOW - SESSION_IDLE_MS, NOW - SESSION_IDLE_MS], NOW)).toBe(false)
  })

  test('until 24 hours have gone, however busy', () => {
    expect(isLive([ID, NOW - SESSION_MAX_MS + 1, NOW - 1], NOW)).toBe(true)
    expect(isLive([ID, NOW - SESSION_MAX_MS, NOW - 1], NOW)).toBe(false)
  })

  test('not when it is of the future: it would never end', () => {
    expect(isLive([ID, NOW, NOW + SESSION_IDLE_MS], NOW)).toBe(false)
    expect(isLive([ID, NOW + SESSION_MAX_MS, NOW], NOW)).toBe(false)
    // Clocks of two tabs may differ by a little.
    expect(isLive([ID, NOW + 5, NOW + 5], NOW)).toBe(true)
  })
})

describe('currentSession', () => {
  test('goes on as it is: asking does not keep it alive', () => {
    expect(currentSession(NOW, [ID, NOW - 10, NOW - 5])).toEqual([ID, NOW - 10, NOW - 5])
  })

  test('takes the first that has not ended, else a new one', () => {
    expect(currentSession(NOW, ['old', 0, 0], ['mine', NOW - 1, NOW - 1])[0]).toBe('mine')
    expect(currentSession(NOW, ['shared', NOW - 2, NOW - 2], ['mine', NOW - 1, NOW - 1])[0]).toBe('shared')
    expect(currentSession(NOW, ['old', 0, 0])).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), NOW, NOW])
  })
})

test.each([
  undefined,
  '',
  'only-an-id',
  'some-id.x.y',
  'some-id.1.',
  `.${NOW}.${NOW}`,
  `null.${NOW}.${NOW}`,
  `undefined.${NOW}.${NOW}`,
  `<script>.${NOW}.${NOW}`,
  `${'x'.repeat(201)}.${NOW}.${NOW}`,
])('text that is no session has ended, and leaves no id: %s', (text) => {
  expect(currentSession(NOW, parseSession(text))).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), NOW, NOW])
})

test('a session is read as it was written, whatever its id is made of', () => {
  expect(parseSession([ID, NOW, NOW + 5].join('.'))).toEqual([ID, NOW, NOW + 5])
  expect(parseSession(`my.own:session.${NOW}.${NOW}`)).toEqual(['my.own:session', NOW, NOW])
})
