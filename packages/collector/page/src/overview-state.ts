import { DIMENSIONS, type Dimension } from '../../src/traffic/filters.ts'

/** Names of dimensions as they stand before a value: `Entry page: /pricing`. */
export const DIMENSION_TITLES: { readonly [Name in Dimension]: string } = {
  page: 'Page',
  entryPage: 'Entry page',
  exitPage: 'Exit page',
  channel: 'Channel',
  source: 'Source',
  medium: 'Medium',
  campaign: 'Campaign',
  referrer: 'Referrer',
  country: 'Country',
  region: 'Region',
  city: 'City',
  device: 'Device',
  browser: 'Browser',
  os: 'System',
  event: 'Event',
}

export interface Filter {
  readonly dimension: Dimension
  /** Empty stands for those that have none. */
  readonly value: string
}

export const PERIODS = [
  { period: 'today', title: 'Today' },
  { period: 'yesterday', title: 'Yesterday' },
  { period: '7d', title: 'Last 7 days' },
  { period: '30d', title: 'Last 30 days' },
  { period: '90d', title: 'Last 90 days' },
  { period: 'custom', title: 'Other days…' },
] as const

export type PeriodName = (typeof PERIODS)[number]['period']

/** Days as `2026-01-31`, both included. */
export interface Days {
  readonly from: string
  readonly to: string
}

/** All that an overview shows, told by its address: reloading, going back and passing it on work. */
export interface OverviewState {
  readonly period: PeriodName
  /** The days of a period of one's own; undefined for the named ones. */
  readonly days: Days | undefined
  readonly compares: boolean
  readonly filters: readonly Filter[]
  /** Name of an event, or a path that begins with `/`; empty for none. */
  readonly goal: string
}

export const INITIAL: OverviewState = { period: '30d', days: undefined, compares: true, filters: [], goal: '' }

const LENGTHS: { readonly [Period in PeriodName]?: number } = { today: 1, '7d': 7, '30d': 30, '90d': 90 }

const DAY_MS = 86_400_000

/** Points that a chart by the day still shows apart. */
const MOST_DAYS = 120

/** Reads an address's part after `?`. What it does not understand is left out, so that an old link still opens. */
export function readState(search: string): OverviewState {
  const params = new URLSearchParams(search)
  const days = daysOf(params.get('from'), params.get('to'))
  const named = PERIODS.find(({ period }) => period === params.get('period'))?.period
  const known = named === 'custom' ? undefined : named
  return {
    period: days ? 'custom' : (known ?? INITIAL.period),
    days,
    compares: params.get('compare') !== 'none',
    filters: params.getAll('filter').flatMap(filterOf).reduce(withFilter, INITIAL.filters),
    goal: params.get('goal') ?? '',
  }
}

/** The address of an overview, as short as it goes. */
export function stateHref({ period, ...state }: OverviewState): string {
  const query = writeState({ ...state, period: period === INITIAL.period ? undefined : period })
  return query === '' ? '#/' : `#/?${query}`
}

/** Lists that show who and what is behind the numbers of an overview. */
export type ListName = 'people' | 'events'

/** All of a period that is so many days long and ends today, with any of these events. */
export function eventsState(days: number, events: readonly string[]): OverviewState {
  const period = PERIODS.find((named) => named.period === `${days}d`)?.period ?? INITIAL.period
  return { ...INITIAL, period, filters: events.map((value) => ({ dimension: 'event', value })) }
}

/** The address of a list of what an overview counts. It names its period: without any, a list is of all time. */
export function listHref(list: ListName, state: OverviewState): string {
  return `#/${list}?${writeState({ ...state, compares: true })}`
}

/** A state, or what of it the address needs. */
type Written = Omit<OverviewState, 'period'> & { readonly period: PeriodName | undefined }

function writeState({ period, days, compares, filters, goal }: Written): string {
  const params = new URLSearchParams()
  if (days) {
    params.set('from', days.from)
    params.set('to', days.to)
  } else if (period !== undefined) params.set('period', period)
  if (!compares) params.set('compare', 'none')
  for (const { dimension, value } of filters) params.append('filter', `${dimension}:${value}`)
  if (goal !== '') params.set('goal', goal)
  return params.toString()
}

/** The filters with one more, once. */
export function withFilter(filters: readonly Filter[], added: Filter): readonly Filter[] {
  return filters.some((filter) => isSame(filter, added)) ? filters : [...filters, added]
}

export function withoutFilter(filters: readonly Filter[], removed: Filter): readonly Filter[] {
  return filters.filter((filter) => !isSame(filter, removed))
}

/** The days that a period covers. Today is the reader's own, in `timeZone`. */
export function daysShown({ period, days }: OverviewState, now: Date, timeZone: string): Days {
  if (days) return days
  const today = dayIn(timeZone, now)
  if (period === 'yesterday') return { from: daysBefore(today, 1), to: daysBefore(today, 1) }
  return { from: daysBefore(today, (LENGTHS[period] ?? 30) - 1), to: today }
}

/** Hours for a day or two, weeks for what would be too many days. */
export function intervalOf({ from, to }: Days): 'hour' | 'day' | 'week' {
  const count = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1
  if (count <= 2) return 'hour'
  return count <= MOST_DAYS ? 'day' : 'week'
}

/** What all reads of one overview have in common. */
export function reportQuery(state: OverviewState, { from, to }: Days, timeZone: string): string {
  const params = new URLSearchParams({ from, to, timeZone })
  for (const { dimension, value } of state.filters) params.append('filter', `${dimension}:${value}`)
  if (state.goal !== '') params.set('goal', state.goal)
  return params.toString()
}

function filterOf(text: string): Filter[] {
  const colon = text.indexOf(':')
  const dimension = DIMENSIONS.find((name) => name === text.slice(0, colon))
  return dimension === undefined ? [] : [{ dimension, value: text.slice(colon + 1) }]
}

function daysOf(from: string | null, to: string | null): Days | undefined {
  if (!isDay(from) || !isDay(to) || from > to) return undefined
  return { from, to }
}

/** Whether a text is a day that there is. */
function isDay(text: string | null): text is string {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const time = Date.parse(text)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

/** The reader's own. */
export const TIME_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone

/** The day that it is somewhere, as `2026-01-31`. */
export function dayIn(timeZone: string, now: Date): string {
  // Swedish writes days as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(now)
}

export function daysBefore(day: string, count: number): string {
  return new Date(Date.parse(day) - count * DAY_MS).toISOString().slice(0, 10)
}

function isSame(one: Filter, other: Filter): boolean {
  return one.dimension === other.dimension && one.value === other.value
}
