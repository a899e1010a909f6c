import { expect, test } from 'vitest'
import { planTraffic } from './visits.ts'

const DAY_MS = 86_400_000
// A Saturday.
const NOW = Date.UTC(2026, 0, 31, 12)
const PLAN = planTraffic({ now: NOW, days: 30 })

const dayOf = (at: number) => Math.floor(at / DAY_MS)
const startOf = ({ steps: [first] }: (typeof PLAN.visits)[number]) => first?.at ?? 0

test('the same moment gives the same traffic, and another one other people', () => {
  expect(planTraffic({ now: NOW, days: 30 })).toEqual(PLAN)
  const known = new Set(PLAN.visits.map(({ visitor }) => visitor.anonymousId))
  const { visits } = planTraffic({ now: NOW + 1, days: 30 })
  expect(visits.filter(({ visitor }) => known.has(visitor.anonymousId))).toEqual([])
})

test('every step lies in the thirty days, after the step before it', () => {
  for (const { steps } of PLAN.visits) {
    const times = steps.map(({ at }) => at)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(Math.min(...times)).toBeGreaterThanOrEqual(NOW - 31 * DAY_MS)
    expect(Math.max(...times)).toBeLessThanOrEqual(NOW)
  }
  expect(PLAN.billings.every(({ at }) => at <= NOW)).toBe(true)
})

test('days differ: each has visits, weekends fewer than the days around', () => {
  const counts = new Map<number, number>()
  for (const visit of PLAN.visits) counts.set(dayOf(startOf(visit)), (counts.get(dayOf(startOf(visit))) ?? 0) + 1)
  expect(counts.size).toBe(31)
  const [friday, saturday] = [8, 7].map((daysAgo) => counts.get(dayOf(NOW) - daysAgo) ?? 0)
  expect(saturday).toBeLessThan(friday ?? 0)
})

test('people come from many ways and places, come back, sign up, pay, renew, cancel and are refunded', () => {
  const { visits } = PLAN
  const differs = (of: (visit: (typeof visits)[number]) => string | undefined) => new Set(visits.map(of)).size
  expect(differs(({ visitor }) => visitor.place.country)).toBeGreaterThan(8)
  expect(differs(({ visitor }) => visitor.userAgent)).toBeGreaterThan(8)
  expect(differs(({ arrival }) => arrival.utm?.campaign)).toBeGreaterThan(4)
  expect(differs(({ arrival }) => arrival.referrer)).toBeGreaterThan(6)
  expect(differs(({ visitor }) => visitor.anonymousId)).toBeLessThan(visits.length)
  const kinds = new Set(visits.flatMap(({ steps }) => steps.map(({ kind }) => kind)))
  expect(kinds).toEqual(
    new Set(['view', 'read', 'use', 'sign-up', 'sign-in', 'open-checkout', 'leave-checkout', 'pay']),
  )
  const two = planTraffic({ now: NOW, days: 60 })
  expect(new Set(two.billings.map(({ kind }) => kind))).toEqual(new Set(['renewal', 'refund', 'cancellation']))
})
