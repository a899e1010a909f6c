import { useState } from 'preact/hooks'
import type { Dimension } from '../../src/traffic/filters.ts'
import { countOf, formatCount, formatPart, peopleOf } from './format.ts'
import { valueName } from './names.ts'
import { Notice } from './notice.tsx'
import type { BreakdownAnswer, BreakdownRow } from './overview-answers.ts'
import { type ListName, listHref, type OverviewState, stateHref, withFilter, withoutFilter } from './overview-state.ts'
import { useReport } from './use-report.ts'

interface Tab {
  readonly dimension: Dimension
  readonly title: string
}

interface BreakdownProps {
  readonly title: string
  /** One of them is shown at a time. */
  readonly tabs: readonly [Tab, ...Tab[]]
  readonly state: OverviewState
  /** What all reads of the overview have in common. */
  readonly query: string
}

const FEW = 10
const MANY = 100

/** Visitors by what they have in common. Each row is a link that filters by it. */
export function Breakdown({ title, tabs, state, query }: BreakdownProps) {
  const [{ dimension }, setTab] = useState(tabs[0])
  const [limit, setLimit] = useState(FEW)
  const report = useReport<BreakdownAnswer>(`/v1/reports/breakdown?${query}&dimension=${dimension}&limit=${limit}`)
  return (
    <section class="card" aria-label={title}>
      <div class="card-head">
        <h2>{title}</h2>
        {tabs.length > 1 && (
          <div class="tabs">
            {tabs.map((tab) => (
              <button
                key={tab.dimension}
                type="button"
                class="quiet"
                aria-pressed={tab.dimension === dimension}
                onClick={() => {
                  setTab(tab)
                  setLimit(FEW)
                }}
              >
                {tab.title}
              </button>
            ))}
          </div>
        )}
      </div>
      {report.state === 'loading' && <Notice kind="loading">Loading…</Notice>}
      {report.state === 'failed' && <Notice kind="error">{report.message}</Notice>}
      {report.state === 'shown' && (
        <div aria-busy={report.stale}>
          <Rows rows={report.data.rows} dimension={dimension} state={state} />
          {report.data.more && limit === FEW && (
            <button type="button" class="quiet" onClick={() => setLimit(MANY)}>
              Show more
            </button>
          )}
        </div>
      )}
    </section>
  )
}

interface RowsProps {
  readonly rows: readonly BreakdownRow[]
  readonly dimension: Dimension
  readonly state: OverviewState
}

function Rows({ rows, dimension, state }: RowsProps) {
  if (rows.length === 0) return <p class="hint">Nothing in this period.</p>
  const most = Math.max(...rows.map(({ visitors }) => visitors))
  const hasGoal = state.goal !== ''
  return (
    <table class="breakdown">
      <thead>
        <tr>
          <th scope="col">
            <span class="unseen">Name</span>
          </th>
          <th scope="col">Visitors</th>
          {dimension === 'event' && <th scope="col">Events</th>}
          {hasGoal && (
            <>
              <th scope="col">Conversions</th>
              <th scope="col">Rate</th>
            </>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.value}>
            <th scope="row">
              <RowLink value={row.value} dimension={dimension} state={state} part={row.visitors / Math.max(1, most)} />
            </th>
            <td>
              <RowCount
                list="people"
                count={row.visitors}
                row={row}
                dimension={dimension}
                state={{ ...state, goal: '' }}
              />
            </td>
            {dimension === 'event' && (
              <td>
                <RowCount
                  list="events"
                  count={row.events}
                  row={row}
                  dimension={dimension}
                  state={{ ...state, goal: '' }}
                />
              </td>
            )}
            {hasGoal && (
              <>
                <td>
                  <RowCount list="people" count={row.conversions ?? 0} row={row} dimension={dimension} state={state} />
                </td>
                <td>{row.conversionRate == null ? '–' : formatPart(row.conversionRate)}</td>
              </>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface RowCountProps {
  readonly list: ListName
  readonly count: number
  readonly row: BreakdownRow
  readonly dimension: Dimension
  readonly state: OverviewState
}

/** A number that leads to the people, or the events, that it counts. */
function RowCount({ list, count, row, dimension, state }: RowCountProps) {
  const filters = withFilter(state.filters, { dimension, value: row.value ?? '' })
  const counted = list === 'people' ? peopleOf(count) : countOf(count, 'event')
  return (
    <a
      class="count"
      href={listHref(list, { ...state, filters })}
      aria-label={`${counted}: ${valueName(dimension, row.value)}`}
    >
      {formatCount(count)}
    </a>
  )
}

interface RowLinkProps {
  readonly value: string | null
  readonly dimension: Dimension
  readonly state: OverviewState
  /** Of the largest row, 0 to 1. */
  readonly part: number
}

/** Adds a filter, or takes it away where it is already there. */
function RowLink({ value, dimension, state, part }: RowLinkProps) {
  const filter = { dimension, value: value ?? '' }
  const added = withFilter(state.filters, filter)
  const isOn = added === state.filters
  const filters = isOn ? withoutFilter(state.filters, filter) : added
  return (
    <a class="row" href={stateHref({ ...state, filters })} title={value ?? ''} aria-current={isOn ? 'true' : undefined}>
      <span class="bar" style={{ width: `${part * 100}%` }} />
      <span class="row-name">{valueName(dimension, value)}</span>
    </a>
  )
}
