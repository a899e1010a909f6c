import { useState } from 'preact/hooks'
import { DraftInput } from './draft-input.tsx'
import { eventName, goalName } from './names.ts'
import type { BreakdownAnswer } from './overview-answers.ts'
import type { Days } from './overview-state.ts'
import { useReport } from './use-report.ts'

interface GoalChoiceProps {
  readonly goal: string
  readonly days: Days
  readonly timeZone: string
  readonly choose: (goal: string) => void
}

/** Opens a field for what is not in the list. Goals have no white space around them, so none is this. */
const OTHER = ' '

/** What visitors are to reach: an event that arrived lately, or whatever is written. */
export function GoalChoice({ goal, days, timeZone, choose }: GoalChoiceProps) {
  const [isOpen, setOpen] = useState(false)
  const events = useEventNames(days, timeZone)
  const isListed = goal === '' || events.includes(goal)
  const pick = (value: string) => {
    setOpen(value === OTHER)
    if (value !== OTHER) choose(value)
  }
  return (
    <>
      <label class="field">
        Goal
        <select value={isOpen ? OTHER : goal} onChange={({ currentTarget }) => pick(currentTarget.value)}>
          <option value="">No goal</option>
          {!isListed && <option value={goal}>{goalName(goal)}</option>}
          <optgroup label="Events">
            {events.map((event) => (
              <option key={event} value={event}>
                {eventName(event)}
              </option>
            ))}
          </optgroup>
          <option value={OTHER}>A page or another event…</option>
        </select>
      </label>
      {isOpen && (
        <div class="field">
          <span aria-hidden="true">Event or /path</span>
          <DraftInput
            value=""
            label="Goal: an event or a path"
            change={(text) => {
              setOpen(false)
              choose(text.trim())
            }}
          />
        </div>
      )}
    </>
  )
}

/** Events that arrived at all in these days, so that a filter takes no goal away; without those of the SDK itself. */
function useEventNames(days: Days, timeZone: string): readonly string[] {
  const query = new URLSearchParams({ ...days, timeZone, dimension: 'event', limit: '100' })
  const known = useReport<BreakdownAnswer>(`/v1/reports/breakdown?${query}`)
  if (known.state !== 'shown') return []
  return known.data.rows.flatMap(({ value }) => (value === null || value.startsWith('$') ? [] : [value]))
}
