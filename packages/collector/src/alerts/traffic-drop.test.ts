import { describe, expect, test } from 'vitest'
import { HOUR_MS, judgeTraffic } from './traffic-drop.ts'

/** A Wednesday, ten o'clock. */
const UNTIL = Date.UTC(2026, 0, 28, 10)
const WEEK = 168

/** Counts by how many hours ago an hour began. */
function history(hoursBack: number, count: (hoursAgo: number, at: Date) => number): Map<number, number> {
  const hours = Array.from({ length: hoursBack }, (_, index) => index + 1)
  return new Map(
    hours.map((hoursAgo) => {
      const start = UNTIL - hoursAgo * HOUR_MS
      return [start, count(hoursAgo, new Date(start))] as const
    }),
  )
}

const judge = (counts: ReadonlyMap<number, number>, more: Partial<Parameters<typeof judgeTraffic>[0]> = {}) =>
  judgeTraffic({ counts, until: UNTIL, percent: 30, ...more })

const FOUR_WEEKS = 4 * WEEK + 24

describe('judgeTraffic', () => {
  test('compares an hour with the same hour of the weeks before', () => {
    const steady = (lastHour: number) => history(FOUR_WEEKS, (ago) => (ago === 1 ? lastHour : 1_000))
    expect(judge(steady(299))).toEqual({ state: 'dropped', figures: { windowHours: 1, events: 299, usual: 1_000 } })
    expect(judge(steady(300)).state).toBe('fine')
    expect(judge(steady(0), { percent: 1 }).state).toBe('dropped')
  })

  test('says nothing of quiet nights and weekends', () => {
    const officeHours = (at: Date) =>
      at.getUTCHours() >= 8 && at.getUTCHours() < 18 && at.getUTCDay() % 6 !== 0 ? 500 : 0
    const counts = history(FOUR_WEEKS, (_, at) => officeHours(at))
    // Each hour of the last day as if it were now.
    for (let hour = 0; hour < 24; hour += 1) {
      expect(judge(counts, { until: UNTIL - hour * HOUR_MS }).state).not.toBe('dropped')
    }
  })

  test.each([
    ['an outage', 0],
    ['a campaign', 50_000],
  ])('is not moved by %s in one of the weeks', (_, odd) => {
    const counts = (lastHour: number) =>
      history(FOUR_WEEKS, () => 1_000)
        .set(UNTIL - HOUR_MS, lastHour)
        .set(UNTIL - (1 + WEEK) * HOUR_MS, odd)
    expect(judge(counts(200)).state).toBe('dropped')
    expect(judge(counts(700)).state).toBe('fine')
  })

  test('judges a small site by as many hours as bring enough events', () => {
    const counts = (perHour: number, gone: number) => history(FOUR_WEEKS, (ago) => (ago <= gone ? 0 : perHour))
    expect(judge(counts(60, 4))).toMatchObject({ state: 'dropped', figures: { windowHours: 4, usual: 240 } })
    expect(judge(counts(60, 2)).state).toBe('fine')
    expect(judge(counts(10, 18))).toMatchObject({ state: 'dropped', figures: { windowHours: 24, usual: 240 } })
    expect(judge(counts(8, 24))).toEqual({ state: 'unknown' })
  })

  test('goes by days until two weeks are known, by the lowest of them', () => {
    const days = (known: number, lastHour: number) => history(known * 24 + 1, (ago) => (ago === 1 ? lastHour : 1_000))
    expect(judge(days(2, 0))).toEqual({ state: 'unknown' })
    expect(judge(days(3, 0)).state).toBe('dropped')
    // A shop that is closed at weekends: five days back was a Friday, three days back a Sunday.
    const closed = history(6 * 24 + 1, (ago, at) => (ago === 1 || at.getUTCDay() === 0 ? 0 : 1_000))
    expect(judge(closed).state).not.toBe('dropped')
  })

  test('says nothing while nothing is known', () => {
    expect(judge(new Map())).toEqual({ state: 'unknown' })
    expect(judge(history(24, () => 1_000))).toEqual({ state: 'unknown' })
  })

  test('a drop lasts through the night, and ends when the hours that it began with are as usual', () => {
    const current = { startedAt: UNTIL - 12 * HOUR_MS, windowHours: 1 }
    const usual = (at: Date) => (at.getUTCHours() < 7 ? 3 : 900)
    const night = history(FOUR_WEEKS, (ago, at) => (ago <= 12 ? 0 : usual(at)))
    expect(judge(night, { until: UNTIL - 5 * HOUR_MS, current })).toEqual({ state: 'unknown' })
    expect(judge(night, { current }).state).toBe('dropped')
    const back = new Map(night).set(UNTIL - HOUR_MS, 800)
    expect(judge(back, { current }).state).toBe('fine')
  })

  test('after two weeks, what is left is what is usual', () => {
    const gone = history(FOUR_WEEKS, (ago) => (ago < 2 * WEEK ? 0 : 1_000))
    const since = (hours: number) => ({ current: { startedAt: UNTIL - hours * HOUR_MS, windowHours: 1 } })
    expect(judge(gone, since(2 * WEEK + 1)).state).toBe('fine')
    expect(judge(gone, since(2 * WEEK - 1)).state).not.toBe('fine')
  })
})
