import { formatChange, formatCount, formatDuration, formatMoney, formatPart, formatPoints } from './format.ts'
import type { OverviewAnswer, Totals } from './overview-answers.ts'

interface Tile {
  readonly title: string
  readonly value: string
  /** Against the period before; undefined where there is nothing to compare. */
  readonly change?: string | undefined
  /** What it was in the period before. */
  readonly before?: string | undefined
}

/** The numbers of a period, each with how it moved against the period before. */
export function OverviewTiles({ totals, previous }: Pick<OverviewAnswer, 'totals' | 'previous'>) {
  return (
    <dl class="tiles overview-tiles">
      {tilesOf(totals, previous?.totals).map(({ title, value, change, before }) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>
            <span class="value">{value}</span>
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

function tilesOf(now: Totals, then: Totals | undefined): Tile[] {
  const count = (title: string, of: (totals: Totals) => number | null | undefined) =>
    tile(title, { now: of(now), before: then && of(then), format: formatCount, change: formatChange })
  const part = (title: string, of: (totals: Totals) => number | null | undefined) =>
    tile(title, { now: of(now), before: then && of(then), format: formatPart, change: formatPoints })
  return [
    count('Visitors', ({ visitors }) => visitors),
    count('Sessions', ({ sessions }) => sessions),
    count('Pageviews', ({ pageviews }) => pageviews),
    part('Bounce rate', ({ bounceRate }) => bounceRate),
    tile('Median session', {
      now: now.medianSessionSeconds,
      before: then?.medianSessionSeconds,
      format: (seconds) => formatDuration(seconds * 1_000),
      change: formatChange,
    }),
    ...now.revenue.map(({ currency, amount }) =>
      tile(now.revenue.length === 1 ? 'Revenue' : `Revenue, ${currency}`, {
        now: amount,
        before: then?.revenue.find((money) => money.currency === currency)?.amount,
        format: (minorUnits) => formatMoney(minorUnits, currency),
        change: formatChange,
      }),
    ),
    ...(now.conversions === undefined
      ? []
      : [
          count('Conversions', ({ conversions }) => conversions),
          part('Conversion rate', ({ conversionRate }) => conversionRate),
        ]),
  ]
}

interface Compared {
  readonly now: number | null | undefined
  readonly before: number | null | undefined
  readonly format: (value: number) => string
  readonly change: (now: number, before: number) => string | undefined
}

function tile(title: string, { now, before, format, change }: Compared): Tile {
  if (now == null) return { title, value: '–' }
  if (before == null) return { title, value: format(now) }
  return { title, value: format(now), change: change(now, before), before: format(before) }
}
