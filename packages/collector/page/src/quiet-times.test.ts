import { expect, test } from 'vitest'
import { quietTimes } from './quiet-times.ts'

const points = (...counts: number[]) =>
  counts.map((events, day) => ({ start: `2026-01-${String(day + 1).padStart(2, '0')}T00:00:00.000Z`, events }))

const LATER = new Date('2026-03-01T00:00:00Z')

test('finds the days on which nothing arrived, between those on which something did', () => {
  expect(quietTimes(points(4, 0, 3, 0, 0, 2), { hadTraffic: false, now: LATER })).toEqual([
    { first: 1, last: 1 },
    { first: 3, last: 4 },
  ])
})

test('what was before the site began is no silence, unless it had traffic before', () => {
  const late = points(0, 0, 5, 1)
  expect(quietTimes(late, { hadTraffic: false, now: LATER })).toEqual([])
  expect(quietTimes(late, { hadTraffic: true, now: LATER })).toEqual([{ first: 0, last: 1 }])
  expect(quietTimes(points(0, 0, 0), { hadTraffic: false, now: LATER })).toEqual([])
})

test('the last bucket counts once it has ended', () => {
  const at = (now: string) => quietTimes(points(5, 3, 0), { hadTraffic: false, now: new Date(now) })
  expect(at('2026-01-03T23:59:59.999Z')).toEqual([])
  expect(at('2026-01-04T00:00:00.000Z')).toEqual([{ first: 2, last: 2 }])
})

test('a silence that chance explains is not told where so many are to be expected', () => {
  const asked = { hadTraffic: false, now: LATER, leastExpected: 20 }
  expect(quietTimes(points(4, 0, 3, 0, 0, 2), asked)).toEqual([])
  expect(quietTimes(points(40, 0, 30, 0, 0, 20), asked)).toEqual([{ first: 3, last: 4 }])
})

test('a bucket that is under way or to come says nothing', () => {
  const now = new Date('2026-01-04T10:00:00Z')
  expect(quietTimes(points(5, 0, 0, 0, 0, 0), { hadTraffic: false, now })).toEqual([{ first: 1, last: 2 }])
})
