import { useState } from 'preact/hooks'
import { formatCount } from './format.ts'
import { ReportSection } from './report-section.tsx'
import { useReport } from './use-report.ts'

interface Steps {
  readonly steps: readonly { readonly event: string; readonly people: number }[]
}

const DEFAULT_STEPS = '$pageview, signup_completed, checkout_started, checkout_finished'

/** How many people got how far, in order, within a week of any of their first steps. */
export function FunnelView() {
  const [steps, setSteps] = useState(DEFAULT_STEPS)
  const names = steps.split(',').map((step) => step.trim())
  const report = useReport<Steps>(`/v1/reports/funnel?steps=${encodeURIComponent(names.join(','))}`)
  return (
    <ReportSection
      title="Funnel"
      report={report}
      empty="Nobody took the first step in the last 30 days."
      isEmpty={({ steps: [first] }) => first === undefined || first.people === 0}
      controls={
        <label class="field">
          Events in order, separated by commas
          <input value={steps} onChange={({ currentTarget }) => setSteps(currentTarget.value)} />
        </label>
      }
    >
      {(data) => <FunnelSteps {...data} />}
    </ReportSection>
  )
}

function FunnelSteps({ steps }: Steps) {
  const most = steps[0]?.people ?? 0
  return (
    <ol class="funnel">
      {steps.map(({ event, people }) => {
        const part = most === 0 ? 0 : people / most
        return (
          <li key={event}>
            <span>{event}</span>
            <span>
              {formatCount(people)} ({Math.round(part * 100)} %)
            </span>
            <meter min={0} max={1} value={part} aria-label={`${event}: part of the first step`} />
          </li>
        )
      })}
    </ol>
  )
}
