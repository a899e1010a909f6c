import { describe, expect, test } from 'vitest'
import { currentSession, parseSession, SESSION_IDLE_MS, SESSION_MAX_MS } from './session.ts'

const NOW = 1_800_000_000_000

describe('currentSession', () => {
  test('goes on until 30 minutes without an event', () => {
    expect(currentSession(NOW, ['s', NOW - SESSION_IDLE_MS, NOW - SESSION_IDLE_MS + 1])).toEqual([
      's',
      NOW - SESSION_IDLE_MS,
      NOW,
    ])
    const [id, startedAt] = currentSession(NOW, ['s', NOW - SESSION_IDLE_MS, NOW - SESSION_IDLE_MS])
    expect(id).not.toBe('s')
    expect(startedAt).toBe(NOW)
  })

  test('ends after 24 hours, however busy', () => {
    expect(currentSession(NOW, ['s', NOW - SESSION_MAX_MS + 1, NOW - 1])[0]).toBe('s')
    expect(currentSession(NOW, ['s', NOW - SESSION_MAX_MS, NOW - 1])[0]).not.toBe('s')
  })

  test('takes the first that has not ended', () => {
    expect(currentSession(NOW, ['old', 0, 0], ['mine', NOW - 1, NOW - 1])[0]).toBe('mine')
    expect(currentSession(NOW, ['shared', NOW - 2, NOW - 2], ['mine', NOW - 1, NOW - 1])[0]).toBe('shared')
  })
})

test.each([undefined, '', 'only-an-id', 'id.x.y', 'id.1.'])('text that is no session has ended: %s', (text) => {
  expect(currentSession(NOW, parseSession(text))[1]).toBe(NOW)
})

test('a session is read as it was written', () => {
  expect(parseSession(['s', NOW, NOW + 5].join('.'))).toEqual(['s', NOW, NOW + 5])
})
