import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketsOf, daysBefore, INTERVALS, slotsOf, spanOf } from './buckets.ts'
import { addDays, createTimeZone } from './time-zone.ts'

const HOUR_MS = 3_600_000

/** Half hours and quarters, both hemispheres, clocks that change at midnight, at a minute past, by half an hour, or by a day. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Havana',
  'Asia/Beirut',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Apia',
  'Africa/Cairo',
  'Africa/Casablanca',
]

const zones = fc.constantFrom(...ZONES).map(createTimeZone)
const days = fc.integer({ min: 0, max: 55 * 365 }).map((index) => addDays(19_730_101, index))

const localDay = (at: number, timeZone: string) =>
  Number(new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at).replaceAll('-', ''))

const dayOf = (day: number, name: string) => spanOf({ from: day, to: day }, createTimeZone(name))
const hoursOf = (day: number, name: string) =>
  (bucketsOf({ from: day, to: day }, createTimeZone(name), 'hour') ?? []).map(
    ({ start, end }) => `${new Date(start).toISOString().slice(11, 16)}+${(end - start) / 60_000}`,
  )

describe('a day', () => {
  test('begins at the first instant that has its date', () => {
    fc.assert(
      fc.property(zones, days, (zone, day) => {
        const start = zone.startOf(day)
        expect(localDay(start, zone.name)).toBeGreaterThanOrEqual(day)
        expect(localDay(start - 1, zone.name)).toBeLessThan(day)
        expect(zone.dayOf(start)).toBe(localDay(start, zone.name))
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['Europe/Berlin', 20_260_329, 23],
    ['Europe/Berlin', 20_261_025, 25],
    ['Europe/Berlin', 20_260_701, 24],
    ['Australia/Lord_Howe', 20_261_004, 23.5],
    ['Australia/Lord_Howe', 20_260_405, 24.5],
    ['America/Sao_Paulo', 20_181_104, 23],
    ['Pacific/Apia', 20_111_230, 0],
    ['Pacific/Apia', 20_111_231, 24],
  ])('in %s on %i has %d hours', (name, day, hours) => {
    const { start, end } = dayOf(day, name)
    expect((end - start) / HOUR_MS).toBe(hours)
  })

  test('that clocks leave the midnight of begins where they stand then', () => {
    expect(new Date(dayOf(20_181_104, 'America/Sao_Paulo').start).toISOString()).toBe('2018-11-04T03:00:00.000Z')
    expect(new Date(dayOf(20_240_426, 'Africa/Cairo').start).toISOString()).toBe('2024-04-25T22:00:00.000Z')
  })
})

describe('hours', () => {
  test('begin where local ones do', () => {
    expect(hoursOf(20_260_701, 'Asia/Kathmandu').slice(0, 2)).toEqual(['18:15+60', '19:15+60'])
    expect(hoursOf(20_260_701, 'Asia/Kathmandu')).toHaveLength(24)
  })

  test('that come twice, or not at all, are told apart', () => {
    expect(hoursOf(20_261_025, 'Europe/Berlin')).toHaveLength(25)
    expect(hoursOf(20_260_329, 'Europe/Berlin')).toHaveLength(23)
  })

  test('are cut where clocks change within one', () => {
    expect(hoursOf(20_261_004, 'Australia/Lord_Howe').slice(0, 5)).toEqual([
      '13:30+60',
      '14:30+60',
      '15:30+30',
      '16:00+60',
      '17:00+60',
    ])
    expect(hoursOf(20_260_405, 'Australia/Lord_Howe').slice(0, 5)).toEqual([
      '13:00+60',
      '14:00+60',
      '15:00+30',
      '15:30+60',
      '16:30+60',
    ])
  })
})

test('buckets follow each other from the beginning of a period to its end, and slots tell which one an instant is in', () => {
  fc.assert(
    fc.property(
      fc.record({
        zone: zones,
        from: days,
        count: fc.integer({ min: 1, max: 40 }),
        interval: fc.constantFrom(...INTERVALS),
      }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      ({ zone, from, count, interval }, part) => {
        const period = { from, to: addDays(from, count - 1) }
        const span = spanOf(period, zone)
        const buckets = bucketsOf(period, zone, interval) ?? []
        fc.pre(span.start < span.end)
        expect(buckets[0]?.start).toBe(span.start)
        expect(buckets.at(-1)?.end).toBe(span.end)
        buckets.forEach(({ start, end }, index) => {
          expect(start).toBeLessThan(end)
          expect(buckets[index + 1]?.start ?? span.end).toBe(end)
        })
        const at = span.start + Math.floor(part * (span.end - span.start))
        const { stepMs, buckets: steps } = slotsOf(buckets)
        expect(steps[Math.floor((at - span.start) / stepMs)]).toBe(
          buckets.findIndex(({ start, end }) => at >= start && at < end),
        )
      },
    ),
  )
})

test('weeks begin on Monday, and are cut where the period is', () => {
  const starts = bucketsOf({ from: 20_261_125, to: 20_261_208 }, createTimeZone('Europe/Berlin'), 'week')
  expect(starts?.map(({ start }) => new Date(start).toISOString())).toEqual([
    '2026-11-24T23:00:00.000Z',
    '2026-11-29T23:00:00.000Z',
    '2026-12-06T23:00:00.000Z',
  ])
})

test('no more than somebody can look at', () => {
  const zone = createTimeZone('UTC')
  expect(bucketsOf({ from: 20_260_101, to: 20_260_325 }, zone, 'hour')).toHaveLength(2_016)
  expect(bucketsOf({ from: 20_260_101, to: 20_260_326 }, zone, 'hour')).toBeUndefined()
  expect(bucketsOf({ from: 20_000_101, to: 20_260_101 }, zone, 'day')).toBeUndefined()
})

test('the period before is as long, and ends where this one begins', () => {
  expect(daysBefore({ from: 20_260_301, to: 20_260_330 })).toEqual({ from: 20_260_130, to: 20_260_228 })
  expect(daysBefore({ from: 20_260_101, to: 20_260_101 })).toEqual({ from: 20_251_231, to: 20_251_231 })
})

test('a time zone that nobody knows is refused', () => {
  expect(() => createTimeZone('Mars/Base')).toThrow(RangeError)
})
