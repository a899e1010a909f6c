import { GoalChoice } from './goal-choice.tsx'
import { valueName } from './names.ts'
import { type Days, DIMENSION_TITLES, type OverviewState, PERIODS, stateHref, withoutFilter } from './overview-state.ts'

interface OverviewControlsProps {
  readonly state: OverviewState
  /** The days that are shown, whatever the period is called. */
  readonly days: Days
  readonly timeZone: string
}

/** Which period an overview is of, what it is compared with and what its goal is. The choices go into the address. */
export function OverviewControls({ state, days, timeZone }: OverviewControlsProps) {
  const show = (changes: Partial<OverviewState>) => {
    location.hash = stateHref({ ...state, ...changes })
  }
  return (
    <div class="controls">
      <PeriodFields state={state} days={days} show={show} />
      <GoalChoice goal={state.goal} days={days} timeZone={timeZone} choose={(goal) => show({ goal })} />
      <label class="check">
        <input
          type="checkbox"
          checked={state.compares}
          onChange={({ currentTarget }) => show({ compares: currentTarget.checked })}
        />
        Compare with the period before
      </label>
    </div>
  )
}

interface PeriodFieldsProps {
  readonly state: OverviewState
  readonly days: Days
  readonly show: (changes: Partial<OverviewState>) => void
}

export function PeriodFields({ state, days, show }: PeriodFieldsProps) {
  const choosePeriod = (name: string) => {
    const period = PERIODS.find((known) => known.period === name)?.period
    if (period) show({ period, days: period === 'custom' ? days : undefined })
  }
  return (
    <>
      <label class="field">
        Period
        <select value={state.period} onChange={({ currentTarget }) => choosePeriod(currentTarget.value)}>
          {PERIODS.map(({ period, title }) => (
            <option key={period} value={period}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {state.days && <DayChoice days={state.days} choose={(chosen) => show({ days: chosen })} />}
    </>
  )
}

function DayChoice({ days, choose }: { days: Days; choose: (days: Days) => void }) {
  return (
    <>
      <label class="field">
        From
        <input
          type="date"
          value={days.from}
          max={days.to}
          onChange={({ currentTarget: { value } }) => value !== '' && choose({ ...days, from: value })}
        />
      </label>
      <label class="field">
        To
        <input
          type="date"
          value={days.to}
          min={days.from}
          onChange={({ currentTarget: { value } }) => value !== '' && choose({ ...days, to: value })}
        />
      </label>
    </>
  )
}

interface FilterChipsProps {
  readonly state: OverviewState
  /** Where the same is shown with other filters. */
  readonly hrefOf: (state: OverviewState) => string
}

/** What narrows down the numbers or the list below, each a link that takes it away. */
export function FilterChips({ state, hrefOf }: FilterChipsProps) {
  if (state.filters.length === 0) return null
  return (
    <ul class="chips" aria-label="Filters">
      {state.filters.map((filter) => {
        const { dimension, value } = filter
        const text = `${DIMENSION_TITLES[dimension]}: ${valueName(dimension, value)}`
        return (
          <li key={`${dimension}:${value}`}>
            <a
              href={hrefOf({ ...state, filters: withoutFilter(state.filters, filter) })}
              title={value}
              aria-label={`Remove the filter ${text}`}
            >
              {text} <span aria-hidden="true">×</span>
            </a>
          </li>
        )
      })}
      {state.filters.length > 1 && (
        <li>
          <a class="chip-clear" href={hrefOf({ ...state, filters: [] })}>
            Remove all
          </a>
        </li>
      )}
    </ul>
  )
}
