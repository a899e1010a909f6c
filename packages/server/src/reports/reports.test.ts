import type { ThreadlineError } from '@threadline/core'
import { fakeClock } from '@threadline/core/testing'
import { expect, test } from 'vitest'
import { createReports } from './reports.ts'

const items = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ eventId: `e${index}`, event: 'a', body: '{}', bytes: 2, at: 0 }))

function subject() {
  const clock = fakeClock()
  const errors: ThreadlineError[] = []
  const reports = createReports({ onError: (error) => errors.push(error) }, clock)
  return {
    clock,
    errors,
    lose: (count: number, message: string, destination = 'one') =>
      reports.settled(destination, items(count), { kind: 'dropped', reason: 'rejected', message }),
  }
}

test('a loss that goes on is told at once, and then every ten minutes with its number', async () => {
  const { clock, errors, lose } = subject()
  lose(500, 'HTTP 405')
  for (let minute = 0; minute < 10; minute += 1) {
    lose(1, 'HTTP 405')
    await clock.advance(60_000)
  }
  lose(1, 'HTTP 405')
  expect(errors.map(({ message }) => message)).toEqual([
    'one: 500 events were given up: HTTP 405',
    'one: 11 events were given up: HTTP 405',
  ])
  expect(errors[0]?.eventIds).toHaveLength(10)
})

test('another cause, and the same at another destination, is told at once; another value is the same cause', () => {
  const { errors, lose } = subject()
  lose(1, 'HTTP 405')
  lose(1, 'HTTP 410')
  lose(1, 'HTTP 405', 'two')
  lose(1, 'userId is wrong: got "a"')
  lose(1, 'userId is wrong: got "b"')
  expect(errors).toHaveLength(4)
})

test('messages that differ each time neither flood nor silence', () => {
  const { errors, lose } = subject()
  for (let index = 0; index < 500; index += 1) lose(1, `bad thing ${'x'.repeat(index)}`)
  expect(errors.length).toBeGreaterThan(90)
  expect(errors.length).toBeLessThan(110)
})

test('a clock that is set back silences nothing', () => {
  let time = Date.UTC(2026, 0, 31)
  const errors: ThreadlineError[] = []
  const reports = createReports({ onError: (error) => errors.push(error) }, { ...fakeClock(), now: () => time })
  const lose = () => reports.settled('one', items(1), { kind: 'dropped', reason: 'rejected', message: 'HTTP 405' })
  lose()
  time -= 86_400_000
  lose()
  time += 60_000
  lose()
  expect(errors).toHaveLength(2)
})
