import { describe, expect, test } from 'vitest'
import {
  daysShown,
  eventsState,
  INITIAL,
  intervalOf,
  listHref,
  type OverviewState,
  readState,
  reportQuery,
  stateHref,
  withFilter,
  withoutFilter,
} from './overview-state.ts'

const read = (href: string) => readState(href.split('?')[1] ?? '')

describe('the address of an overview', () => {
  test.each<Partial<OverviewState>>([
    {},
    { period: 'today' },
    { period: 'custom', days: { from: '2026-01-31', to: '2026-02-02' } },
    { compares: false, goal: '/pricing?a=b&c' },
    {
      goal: 'signup_completed',
      filters: [
        { dimension: 'page', value: '/a/b?c=d&e#f' },
        { dimension: 'campaign', value: 'spring: sale + 20 %' },
        { dimension: 'campaign', value: '' },
        { dimension: 'city', value: 'Zürich' },
      ],
    },
  ])('holds %j', (changes) => {
    const state = { ...INITIAL, ...changes }
    expect(read(stateHref(state))).toEqual(state)
  })

  test('is short where nothing is chosen', () => {
    expect(stateHref(INITIAL)).toBe('#/')
  })

  test.each([
    ['a period that there is not', 'period=century', INITIAL],
    ['a period of one’s own without days', 'period=custom', INITIAL],
    ['days that there are not', 'from=2026-02-30&to=2026-03-02', INITIAL],
    ['days in the wrong order', 'from=2026-03-02&to=2026-03-01', INITIAL],
    ['a filter by what there is not', 'filter=shoeSize:42&filter=nothing', INITIAL],
    [
      'a filter that is there twice',
      'filter=os:iOS&filter=os:iOS',
      { ...INITIAL, filters: [{ dimension: 'os', value: 'iOS' }] },
    ],
  ])('leaves out %s', (_, search, state) => {
    expect(readState(search)).toEqual(state)
  })
})

test('a list names its period, and is read as the overview that led there', () => {
  const state = { ...INITIAL, goal: '/done', filters: [{ dimension: 'page', value: '/a&b' } as const] }
  expect(listHref('people', state)).toBe('#/people?period=30d&filter=page%3A%2Fa%26b&goal=%2Fdone')
  expect(read(listHref('people', state))).toEqual(state)
  const days = { from: '2026-01-31', to: '2026-02-02' }
  expect(read(listHref('events', { ...state, period: 'custom', days }))).toEqual({ ...state, period: 'custom', days })
  expect(listHref('events', eventsState(90, ['a:b', 'c']))).toBe(
    '#/events?period=90d&filter=event%3Aa%3Ab&filter=event%3Ac',
  )
})

test('a filter is added once and taken away', () => {
  const german = { dimension: 'country', value: 'DE' } as const
  const swiss = { dimension: 'country', value: 'CH' } as const
  expect(withFilter(withFilter([german], swiss), { ...german })).toEqual([german, swiss])
  expect(withoutFilter([german, swiss], { ...german })).toEqual([swiss])
})

describe('the days of a period', () => {
  // Still the 31st in New York, and the 1st already in Auckland.
  const now = new Date('2026-02-01T02:00:00Z')
  const of = (period: OverviewState['period'], timeZone: string) => daysShown({ ...INITIAL, period }, now, timeZone)

  test('end today, where the reader is', () => {
    expect(of('today', 'America/New_York')).toEqual({ from: '2026-01-31', to: '2026-01-31' })
    expect(of('today', 'Pacific/Auckland')).toEqual({ from: '2026-02-01', to: '2026-02-01' })
    expect(of('yesterday', 'UTC')).toEqual({ from: '2026-01-31', to: '2026-01-31' })
    expect(of('7d', 'UTC')).toEqual({ from: '2026-01-26', to: '2026-02-01' })
  })

  test.each([
    ['2026-01-31', '2026-01-31', 'hour'],
    ['2026-01-31', '2026-02-02', 'day'],
    ['2025-10-04', '2026-01-31', 'day'],
    ['2025-09-01', '2026-01-31', 'week'],
  ])('from %s to %s are drawn by the %s', (from, to, interval) => {
    expect(intervalOf({ from, to })).toBe(interval)
  })
})

test('all reads of an overview ask for the same', () => {
  const state = { ...INITIAL, goal: '/done', filters: [{ dimension: 'page', value: '/a&b' } as const] }
  expect(reportQuery(state, { from: '2026-01-01', to: '2026-01-02' }, 'Europe/Zurich')).toBe(
    'from=2026-01-01&to=2026-01-02&timeZone=Europe%2FZurich&filter=page%3A%2Fa%26b&goal=%2Fdone',
  )
})
