import { expect, test } from 'vitest'
import { createTestClient } from './index.ts'

test('remembers what was captured, by whom, with a copy of the properties', () => {
  const client = createTestClient()
  const properties = { method: 'email' as const }
  client.capture('signup_completed', properties)
  client.identify('user_1', { plan: 'pro' })
  client.capture('plan_viewed', { plan: 'pro' }, { value: 4_900, currency: 'USD' })
  expect(client.events()).toMatchObject([
    { event: 'signup_completed', properties: { method: 'email' }, anonymousId: 'test-visitor', userId: undefined },
    { event: '$identify', properties: { plan: 'pro' }, userId: 'user_1' },
    { event: 'plan_viewed', options: { value: 4_900, currency: 'USD' }, userId: 'user_1' },
  ])
  expect(client.events('plan_viewed')).toHaveLength(1)
  expect(client.events()[0]?.properties).not.toBe(properties)
})

test('reset makes somebody else, predictably; clear starts over', () => {
  const client = createTestClient()
  client.identify('user_1')
  client.reset()
  expect(client.getAnonymousId()).toBe('test-visitor-1')
  client.capture('after_reset')
  expect(client.events('after_reset')).toMatchObject([{ userId: undefined }])
  client.clear()
  expect(client.getAnonymousId()).toBe('test-visitor')
  expect(client.events()).toEqual([])
})

test('denied consent and opt-out record nothing and hand out no id', () => {
  const client = createTestClient()
  client.consent('denied')
  client.capture('a')
  client.consent('granted')
  client.capture('b')
  client.optOut()
  client.capture('c')
  expect(client.hasOptedOut()).toBe(true)
  expect(client.getAnonymousId()).toBeUndefined()
  expect(client.headers()).toEqual({})
  expect(client.events().map(({ event }) => event)).toEqual(['b'])
})

test('while consent is pending it records what will be held, and hands out no id', () => {
  const client = createTestClient()
  client.consent('pending')
  client.capture('held')
  expect(client.events('held')).toHaveLength(1)
  expect(client.getAnonymousId()).toBeUndefined()
  expect(client.getSessionId()).toBeUndefined()
  expect(client.headers()).toEqual({})
})

test('an integer is a user as a string', () => {
  const client = createTestClient()
  client.identify(42)
  client.capture('by_number')
  expect(client.events('by_number')).toMatchObject([{ userId: '42' }])
})
