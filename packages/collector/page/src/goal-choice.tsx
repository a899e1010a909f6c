import { useState } from 'preact/hooks'
import { DraftInput } from './draft-input.tsx'
import { eventName, goalName } from './names.ts'
import type { BreakdownAnswer } from './overview-answers.ts'
import type { Days } from './overview-state.ts'
import type { SettingsAnswer } from './settings-answer.ts'
import { useReport } from './use-report.ts'

interface GoalChoiceProps {
  readonly goal: string
  readonly days: Days
  readonly timeZone: string
  readonly choose: (goal: string) => void
}

/** Opens a field for what is not in the list. Goals have no white space around them, so none is this. */
const OTHER = ' '

/** What visitors are to reach: a goal of the project's settings, an event that arrived lately, or whatever is written. */
export function GoalChoice({ goal, days, timeZone, choose }: GoalChoiceProps) {
  const [isOpen, setOpen] = useState(false)
  const events = useEventNames(days, timeZone)
  const goals = useGoals()
  const isListed = goal === '' || goals.some(({ value }) => value === goal) || events.includes(goal)
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
          {goals.length > 0 && (
            <optgroup label="Goals">
              {goals.map(({ name, value }) => (
                <option key={name} value={value}>
                  {name}
                </option>
              ))}
            </optgroup>
          )}
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

/** Goals that the project has given names, with what the reports call them. */
function useGoals(): readonly { readonly name: string; readonly value: string }[] {
  const known = useReport<SettingsAnswer>('/v1/settings')
  if (known.state !== 'shown') return []
  return known.data.settings.goals.map((goal) => ({ name: goal.name, value: 'path' in goal ? goal.path : goal.event }))
}

/** Events that arrived at all in these days, so that a filter takes no goal away; without those of the SDK itself. */
function useEventNames(days: Days, timeZone: string): readonly string[] {
  const query = new URLSearchParams({ ...days, timeZone, dimension: 'event', limit: '100' })
  const known = useReport<BreakdownAnswer>(`/v1/reports/breakdown?${query}`)
  if (known.state !== 'shown') return []
  return known.data.rows.flatMap(({ value }) => (value === null || value.startsWith('$') ? [] : [value]))
}
