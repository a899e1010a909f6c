import { expect, test } from 'vitest'
import { byDay } from './by-day.ts'

const days = { from: '2026-02-27', to: '2026-03-01' }

test('has a value for each day covered, zero where nothing happened', () => {
  const rows = [
    { day: '2026-02-27', name: 'a', value: 2 },
    { day: '2026-03-01', name: 'b', value: 5 },
    { day: '2026-03-01', name: 'a', value: 1 },
    { day: '2026-03-02', name: 'a', value: 100 },
  ]
  expect(byDay(rows, days)).toEqual({
    days: ['2026-02-27', '2026-02-28', '2026-03-01'],
    series: [
      { label: 'a', values: [2, 0, 1] },
      { label: 'b', values: [0, 0, 5] },
    ],
  })
})

test('adds the smallest up when there are more names than colours', () => {
  const rows = Array.from({ length: 8 }, (_, index) => ({
    day: '2026-02-28',
    name: `event-${index}`,
    value: index + 1,
  }))
  const { series } = byDay(rows, days)
  expect(series.map(({ label, values }) => [label, values[1]])).toEqual([
    ['event-7', 8],
    ['event-6', 7],
    ['event-5', 6],
    ['event-4', 5],
    ['event-3', 4],
    ['others', 6],
  ])
})
