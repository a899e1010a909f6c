import { goalName } from './names.ts'
import { FilterChips, PeriodFields } from './overview-controls.tsx'
import { type Days, type ListName, listHref, type OverviewState, stateHref } from './overview-state.ts'

interface ListControlsProps {
  readonly list: ListName
  readonly state: OverviewState
  readonly days: Days
}

/** What a list of people or events is narrowed down to: the same as the overview that led there, in the address. */
export function ListControls({ list, state, days }: ListControlsProps) {
  const show = (changes: Partial<OverviewState>) => {
    location.hash = listHref(list, { ...state, ...changes })
  }
  const other = list === 'people' ? 'events' : 'people'
  return (
    <div class="narrowing">
      <div class="controls">
        <PeriodFields state={state} days={days} show={show} />
        <p class="ways">
          <a href={stateHref(state)}>Overview of the same</a>
          <a href={listHref(other, state)}>{other === 'people' ? 'The people behind them' : 'Their events'}</a>
          <a href={`#/${list}`}>{list === 'people' ? 'All people' : 'Events by day'}</a>
        </p>
      </div>
      <FilterChips state={state} hrefOf={(changed) => listHref(list, changed)} />
      {state.goal !== '' && (
        <p class="hint">
          Only of people who reached the goal “{goalName(state.goal)}”.{' '}
          <a href={listHref(list, { ...state, goal: '' })}>Everybody’s</a>
        </p>
      )}
    </div>
  )
}
