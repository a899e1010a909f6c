import { useState } from 'preact/hooks'

const MODES = [
  { mode: 'live', title: 'Live' },
  { mode: 'test', title: 'Test mode' },
] as const

type PaymentMode = (typeof MODES)[number]['mode']

/** Kept while the page is open, so that one report after the other shows the same payments. */
let chosen: PaymentMode = 'live'

export interface Mode {
  readonly mode: PaymentMode
  /** `mode` for a report's address. */
  readonly query: string
  readonly choose: (mode: PaymentMode) => void
}

/** Whether a report is of money that has moved, or of payments in a provider's test mode. */
export function useMode(): Mode {
  const [mode, setMode] = useState(chosen)
  const choose = (next: PaymentMode) => {
    chosen = next
    setMode(next)
  }
  return { mode, query: `mode=${mode}`, choose }
}

export function ModeChoice({ mode: { mode, choose } }: { mode: Mode }) {
  return (
    <label class="field">
      Payments
      <select value={mode} onChange={({ currentTarget }) => choose(currentTarget.value === 'test' ? 'test' : 'live')}>
        {MODES.map((choice) => (
          <option key={choice.mode} value={choice.mode}>
            {choice.title}
          </option>
        ))}
      </select>
    </label>
  )
}
