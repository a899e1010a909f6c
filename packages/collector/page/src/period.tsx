import { useState } from 'preact/hooks'

const PERIODS = [7, 30, 90]

/** Kept while the page is open, so that one report after the other shows the same days. */
let chosen = 30

export interface Period {
  readonly days: number
  /** `from` for a report's address. It covers today, by UTC. */
  readonly query: string
  readonly choose: (days: number) => void
}

export function usePeriod(): Period {
  const [days, setDays] = useState(chosen)
  const from = new Date(Date.now() - (days - 1) * 86_400_000).toISOString().slice(0, 10)
  const choose = (next: number) => {
    chosen = next
    setDays(next)
  }
  return { days, query: `from=${from}`, choose }
}

export function PeriodChoice({ period }: { period: Period }) {
  return (
    <label class="field">
      Period
      <select value={period.days} onChange={({ currentTarget }) => period.choose(Number(currentTarget.value))}>
        {PERIODS.map((days) => (
          <option key={days} value={days}>
            Last {days} days
          </option>
        ))}
      </select>
    </label>
  )
}
