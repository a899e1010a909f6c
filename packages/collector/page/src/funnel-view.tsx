import { useState } from 'preact/hooks'
import type { DaysAnswer } from './api.ts'
import { totals } from './by-day.ts'
import { DraftInput } from './draft-input.tsx'
import { formatCount, formatPart } from './format.ts'
import { eventName } from './names.ts'
import { eventsState, listHref } from './overview-state.ts'
import { PeriodChoice, usePeriod } from './period.tsx'
import { ReportSection } from './report-section.tsx'
import { useReport } from './use-report.ts'

interface Steps extends DaysAnswer {
  readonly steps: readonly { readonly event: string; readonly people: number }[]
}

interface Counts {
  readonly counts: readonly { readonly day: string; readonly event: string; readonly count: number }[]
}

const DEFAULT_STEPS = ['$pageview', 'signup_completed', 'checkout_started', 'checkout_finished']

const WINDOWS = [
  { hours: 1, title: '1 hour' },
  { hours: 24, title: '1 day' },
  { hours: 168, title: '7 days' },
  { hours: 720, title: '30 days' },
  { hours: 2_160, title: '90 days' },
]

const MAX_STEPS = 10

/** What was last looked at, kept while the page is open. */
let shown: { readonly steps: readonly string[]; readonly windowHours: number } = {
  steps: DEFAULT_STEPS,
  windowHours: 168,
}

/** How many people got how far, in order, within a time from any of their first steps. */
export function FunnelView() {
  const period = usePeriod()
  const [{ steps, windowHours }, setFunnel] = useState(shown)
  const change = (changes: Partial<typeof shown>) => {
    shown = { ...shown, ...changes }
    setFunnel(shown)
  }
  const names = steps.map((step) => step.trim()).filter((step) => step !== '')
  const query = `steps=${encodeURIComponent(names.join(','))}&windowHours=${windowHours}`
  const report = useReport<Steps>(`/v1/reports/funnel?${query}&${period.query}`)
  return (
    <ReportSection
      title="Funnel"
      report={report}
      empty="Nobody took the first step in this period."
      isEmpty={({ steps: [first] }) => first === undefined || first.people === 0}
      controls={
        <>
          <StepChoice steps={steps} change={(next) => change({ steps: next(shown.steps) })} />
          <label class="field">
            Within
            <select
              value={windowHours}
              onChange={({ currentTarget }) => change({ windowHours: Number(currentTarget.value) })}
            >
              {WINDOWS.map(({ hours, title }) => (
                <option key={hours} value={hours}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          <PeriodChoice period={period} />
        </>
      }
    >
      {(data) => <FunnelSteps {...data} days={period.days} />}
    </ReportSection>
  )
}

interface StepChoiceProps {
  readonly steps: readonly string[]
  /** Takes what to make of the steps as they stand by then. */
  readonly change: (next: (steps: readonly string[]) => string[]) => void
}

function StepChoice({ steps, change }: StepChoiceProps) {
  const known = useReport<Counts>('/v1/reports/events')
  const counts = known.state === 'shown' ? known.data.counts : []
  const names = [...totals(counts.map(({ day, event, count }) => ({ day, name: event, value: count }))).keys()]
  return (
    <fieldset class="steps">
      <legend>Events, in order</legend>
      <ol>
        {steps.map((step, index) => (
          <li key={index}>
            <DraftInput
              value={step}
              label={`Step ${index + 1}`}
              list="event-names"
              change={(name) => change((all) => all.map((known, at) => (at === index ? name : known)))}
            />
            {steps.length > 2 && (
              <button
                type="button"
                class="quiet"
                aria-label={`Remove step ${index + 1}`}
                onClick={() => change((all) => all.filter((_, at) => at !== index))}
              >
                ×
              </button>
            )}
          </li>
        ))}
        {steps.length < MAX_STEPS && (
          <li>
            <button type="button" onClick={() => change((all) => [...all, ''])}>
              Add a step
            </button>
          </li>
        )}
      </ol>
      <datalist id="event-names">
        {names.map((name) => (
          <option key={name} value={name} label={eventName(name)} />
        ))}
      </datalist>
    </fieldset>
  )
}

function FunnelSteps({ steps, days }: Steps & { readonly days: number }) {
  const first = steps[0]?.people ?? 0
  const last = steps.at(-1)?.people ?? 0
  return (
    <>
      <p class="sum">
        <b>{formatPart(partOf(last, first))}</b> of {formatCount(first)} {first === 1 ? 'person' : 'people'} went all
        the way.
      </p>
      <ol class="funnel">
        {steps.map(({ event, people }, index) => {
          const before = steps[index - 1]?.people
          return (
            <li key={event}>
              <a class="event-name" title={event} href={listHref('people', eventsState(days, [event]))}>
                {eventName(event)}
              </a>
              <span class="number">
                <b>{formatCount(people)}</b> {formatPart(partOf(people, first))}
              </span>
              <meter
                min={0}
                max={1}
                value={partOf(people, first)}
                aria-label={`${eventName(event)}: part of the first step`}
              />
              {before !== undefined && before > 0 && (
                <span class="lost">
                  {formatPart(partOf(people, before))} of those before, {formatCount(before - people)} left
                </span>
              )}
            </li>
          )
        })}
      </ol>
    </>
  )
}

function partOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
