import { DataTable } from './data-table.tsx'
import { formatCount, formatDuration, formatPart, formatTime } from './format.ts'
import { useReport } from './use-report.ts'

interface Forward {
  readonly name: string
  readonly destination: string
  readonly progress: number | null
  readonly pausedAt: string | null
  readonly lagSeconds: number
  readonly deliveredAt: string | null
  readonly trouble: { readonly code: string; readonly message: string } | null
  readonly outcomes: { readonly [outcome: string]: number }
}

interface ForwardsProps {
  /** The period, as the report above has it. */
  readonly query: string
}

const ARRIVED = ['delivered', 'duplicate']

/** Where events go from here, how far that is, and what of them did not arrive. Nothing, where they go nowhere. */
export function Forwards({ query }: ForwardsProps) {
  const report = useReport<{ readonly forwards: readonly Forward[] }>(`/v1/forwards?${query}`)
  if (report.state !== 'shown' || report.data.forwards.length === 0) return null
  const { forwards } = report.data
  const lost = forwards.flatMap(({ name, outcomes }) =>
    Object.entries(outcomes)
      .filter(([outcome]) => !ARRIVED.includes(outcome))
      .map(([outcome, count]) => [name, outcome, formatCount(count)]),
  )
  return (
    <section aria-busy={report.stale}>
      <h2>Forwarded</h2>
      <p class="hint">What went on from here to other services. Nothing is lost while one of them does not answer.</p>
      <DataTable
        caption="By destination"
        columns={[
          { title: 'Destination' },
          { title: 'State' },
          { title: 'Behind' },
          { title: 'Delivered', number: true },
          { title: 'Not delivered', number: true },
          { title: 'Last' },
        ]}
        rows={forwards.map((forward) => [
          forward.name,
          stateOf(forward),
          forward.lagSeconds === 0 ? 'Up to date' : formatDuration(forward.lagSeconds * 1_000),
          formatCount(sumOf(forward, (outcome) => ARRIVED.includes(outcome))),
          formatCount(sumOf(forward, (outcome) => !ARRIVED.includes(outcome))),
          forward.deliveredAt === null ? 'Never' : formatTime(forward.deliveredAt),
        ])}
      />
      {lost.length > 0 && (
        <DataTable
          caption="Not delivered, by reason"
          columns={[{ title: 'Destination' }, { title: 'Reason' }, { title: 'Count', number: true }]}
          rows={lost}
        />
      )}
    </section>
  )
}

function stateOf({ pausedAt, trouble, progress }: Forward): string {
  if (pausedAt !== null) return 'Paused'
  if (trouble) return trouble.message
  return progress === null || progress === 1 ? 'Forwarding' : `${formatPart(progress)} of what was there`
}

function sumOf({ outcomes }: Forward, counts: (outcome: string) => boolean): number {
  return Object.entries(outcomes).reduce((sum, [outcome, count]) => (counts(outcome) ? sum + count : sum), 0)
}
