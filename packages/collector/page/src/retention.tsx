import { useState } from 'preact/hooks'
import { formatBucket, formatCount, formatPart } from './format.ts'
import { Notice } from './notice.tsx'
import { type OverviewState, TIME_ZONE } from './overview-state.ts'
import { useReport } from './use-report.ts'

interface Cohort {
  /** When the week begins in which these people were new. */
  readonly start: string
  readonly people: number
  /** How many of them were there in that week, in the next one, and so on. */
  readonly active: readonly number[]
}

interface RetentionAnswer {
  readonly cohorts: readonly Cohort[]
}

/** More of the accent than this would leave too little contrast to the number on it. */
const MOST_TINT = 35

/** Who came back, by the week in which people were new. Asked for when it is opened: it looks at twelve weeks. */
export function Retention({ state }: { state: OverviewState }) {
  const [isOpen, setOpen] = useState(false)
  const query = new URLSearchParams({ timeZone: TIME_ZONE })
  for (const { dimension, value } of state.filters) query.append('filter', `${dimension}:${value}`)
  const report = useReport<RetentionAnswer>(isOpen ? `/v1/reports/retention?${query}` : undefined)
  return (
    <details class="numbers" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Who came back, week by week</summary>
      {isOpen && report.state === 'loading' && <Notice kind="loading">Loading…</Notice>}
      {report.state === 'failed' && <Notice kind="error">{report.message}</Notice>}
      {report.state === 'shown' && <Triangle cohorts={report.data.cohorts} />}
    </details>
  )
}

function Triangle({ cohorts }: RetentionAnswer) {
  const weeks = Math.max(0, ...cohorts.map(({ active }) => active.length))
  const caption = 'Of those who were new in a week, how many were there in each week after it'
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="table retention" tabIndex={0} aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">New in the</th>
            <th scope="col" class="number">
              People
            </th>
            {Array.from({ length: Math.max(0, weeks - 1) }, (_, week) => (
              <th key={week} scope="col" class="number">
                +{week + 1}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cohorts.map(({ start, people, active }) => (
            <tr key={start}>
              <th scope="row">{formatBucket(start, { interval: 'week', timeZone: TIME_ZONE })}</th>
              <td class="number">{formatCount(people)}</td>
              {active.slice(1).map((count, week) => {
                const part = people === 0 ? 0 : count / people
                const tint = `color-mix(in srgb, var(--accent) ${part * MOST_TINT}%, transparent)`
                return (
                  <td key={week} class="number" style={{ background: tint }} title={formatCount(count)}>
                    {people === 0 ? '–' : formatPart(part)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
