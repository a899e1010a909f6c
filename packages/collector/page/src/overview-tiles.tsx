import { formatChange, formatCount, formatDuration, formatMoneyShort, formatPart, formatPoints } from './format.ts'
import type { OverviewAnswer, Totals } from './overview-answers.ts'
import { type ListName, listHref, type OverviewState, withFilter } from './overview-state.ts'
import { viewHref } from './route.ts'

interface Tile {
  readonly title: string
  readonly value: string
  /** Who or what is behind the number. */
  readonly href: string
  /** Against the period before; undefined where there is nothing to compare. */
  readonly change?: string | undefined
  /** What it was in the period before. */
  readonly before?: string | undefined
}

interface OverviewTilesProps extends Pick<OverviewAnswer, 'totals' | 'previous'> {
  readonly state: OverviewState
}

/** The numbers of a period, each with how it moved against the period before, and a way to who and what it counts. */
export function OverviewTiles({ totals, previous, state }: OverviewTilesProps) {
  return (
    <dl class="tiles overview-tiles">
      {tilesOf({ now: totals, earlier: previous?.totals, state }).map(({ title, value, href, change, before }) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>
            <a class="value" href={href}>
              {value}
            </a>
            {change !== undefined && (
              <span class="change" title={`${before} in the period before`}>
                {change}
                <span class="unseen"> from {before} in the period before</span>
              </span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}

interface Numbers {
  readonly now: Totals
  readonly earlier: Totals | undefined
  readonly state: OverviewState
}

type Of = (totals: Totals) => number | null | undefined

function tilesOf({ now, earlier, state }: Numbers): Tile[] {
  // What is counted without a goal is all of it, with a goal too.
  const all = { ...state, goal: '' }
  const list = (name: ListName, of: OverviewState = all) => listHref(name, of)
  const views = { ...all, filters: withFilter(all.filters, { dimension: 'event', value: '$pageview' }) }
  const count = (title: string, href: string, of: Of) =>
    tile({ title, href }, { now: of(now), before: earlier && of(earlier), format: formatCount, change: formatChange })
  const part = (title: string, href: string, of: Of) =>
    tile({ title, href }, { now: of(now), before: earlier && of(earlier), format: formatPart, change: formatPoints })
  return [
    count('Visitors', list('people'), ({ visitors }) => visitors),
    count('Sessions', list('events'), ({ sessions }) => sessions),
    count('Pageviews', list('events', views), ({ pageviews }) => pageviews),
    part('Bounce rate', list('people'), ({ bounceRate }) => bounceRate),
    tile(
      { title: 'Median session', href: list('events') },
      {
        now: now.medianSessionSeconds,
        before: earlier?.medianSessionSeconds,
        format: (seconds) => formatDuration(seconds * 1_000),
        change: formatChange,
      },
    ),
    ...now.revenue.map(({ currency, amount }) =>
      tile(
        {
          title: now.revenue.length === 1 ? 'Revenue' : `Revenue, ${currency}`,
          // Of filtered visitors it is what they paid; that report knows no filters.
          href: state.filters.length === 0 ? viewHref('revenue') : list('people'),
        },
        {
          now: amount,
          before: earlier?.revenue.find((money) => money.currency === currency)?.amount,
          format: (minorUnits) => formatMoneyShort(minorUnits, currency),
          change: formatChange,
        },
      ),
    ),
    ...(now.conversions === undefined
      ? []
      : [
          count('Conversions', list('people', state), ({ conversions }) => conversions),
          part('Conversion rate', list('people', state), ({ conversionRate }) => conversionRate),
        ]),
  ]
}

interface Compared {
  readonly now: number | null | undefined
  readonly before: number | null | undefined
  readonly format: (value: number) => string
  readonly change: (now: number, before: number) => string | undefined
}

function tile(named: Pick<Tile, 'title' | 'href'>, { now, before, format, change }: Compared): Tile {
  if (now == null) return { ...named, value: '–' }
  if (before == null) return { ...named, value: format(now) }
  return { ...named, value: format(now), change: change(now, before), before: format(before) }
}
