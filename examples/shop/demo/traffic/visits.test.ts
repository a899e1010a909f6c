import { expect, test } from 'vitest'
import { planVisits, STEPS } from './visits.ts'

const NOW = Date.UTC(2026, 0, 31, 12)

test('the same moment gives the same visits', () => {
  expect(planVisits(NOW)).toEqual(planVisits(NOW))
})

test('every step lies in the hour before, after the step before it', () => {
  for (const { at } of planVisits(NOW)) {
    const times = STEPS.flatMap((step) => at[step] ?? [])
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(times.every((time) => time >= NOW - 3_600_000 && time < NOW)).toBe(true)
  }
})

test('some visitors leave at each step, and some pay', () => {
  const visits = planVisits(NOW)
  const counts = STEPS.map((step) => visits.filter(({ at }) => at[step] !== undefined).length)
  expect(counts).toEqual([...counts].sort((a, b) => b - a))
  expect(new Set(counts).size).toBe(STEPS.length)
  expect(counts.at(-1)).toBeGreaterThan(0)
})

test('another run plays other people', () => {
  const users = new Set([...planVisits(NOW), ...planVisits(NOW + 1)].map(({ userId }) => userId))
  expect(users.size).toBe(2 * planVisits(NOW).length)
})
