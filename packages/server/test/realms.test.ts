import { runInNewContext } from 'node:vm'
import { failureOf, isThreadlineError, ThreadlineError } from '@threadline/core'
import { expect, test } from 'vitest'
import { identityFrom } from '../src/identity/identity-from.ts'
import { harness } from './harness.ts'

// Test runners run a program in a realm of its own, where what Node itself makes is of another: no instance of this one's
// Error, Date or Promise.

const foreign = <Value>(code: string): Value => runInNewContext(code) as Value

const capture = { event: 'captured', userId: 'user_42' } as const

test('a date', async () => {
  const { client, stored } = harness()
  client.capture({ ...capture, timestamp: foreign<Date>('new Date(0)') })
  await client.flush()
  expect([...stored.values()]).toMatchObject([{ timestamp: '1970-01-01T00:00:00.000Z' }])
})

test.each([
  ['an error', `Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })`, false],
  ['a cause', `new Error('fetch failed', { cause: Object.assign(new Error(), { code: 'ENOTFOUND' }) })`, false],
  ['all addresses', `new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })])`, false],
  ['not all addresses', `new AggregateError([Object.assign(new Error(), { code: 'ECONNRESET' })])`, true],
])('whether a request was sent, from %s', (_, code, sent) => {
  expect(failureOf(foreign(code), 'https://events.example.com/v1/batch').sent).toBe(sent)
})

test('the promise of a hook, and of a reporter', async () => {
  const onError = (): Promise<void> => foreign('Promise.reject(new Error("mine"))')
  const { client, stored } = harness({
    onCapture: (event) =>
      foreign<(value: unknown) => Promise<typeof event>>('(value) => Promise.resolve(value)')(event),
    onError,
  })
  client.capture({ ...capture, userId: 'guest' })
  client.capture(capture)
  await client.flush()
  expect([...stored.values()]).toMatchObject([{ event: 'captured' }])
})

test('an error of Threadline', () => {
  const error = new ThreadlineError('closed', 'captured after shutdown')
  const copy = foreign<(from: object) => unknown>('(from) => Object.assign(new Error(), from)')({
    name: error.name,
    code: error.code,
  })
  expect(isThreadlineError(copy)).toBe(true)
  expect(isThreadlineError(foreign('new Error()'))).toBe(false)
})

test('a form', () => {
  const body = { get: (name: string) => (name === 'tl_id' ? '019e1c2a-0000-7000-8000-000000000001' : null) }
  expect(identityFrom({ headers: {} }, { body }).anonymousId).toBe('019e1c2a-0000-7000-8000-000000000001')
})

test('the time that a test sets counts from then on', async () => {
  const { systemClock } = await import('../src/runtimes/clock.ts')
  const now = Date.now
  Date.now = () => 42
  try {
    expect(systemClock.now()).toBe(42)
  } finally {
    Date.now = now
  }
})
