import { useState } from 'preact/hooks'
import { DataTable } from './data-table.tsx'
import { formatCount, formatTime } from './format.ts'
import { ReportSection } from './report-section.tsx'
import { personHref } from './route.ts'
import { useReport } from './use-report.ts'

interface PersonRow {
  readonly id: string
  readonly email: string | null
  readonly lastSeen: string
  readonly events: number
  readonly stage: string
}

/** People, who was seen last first, and a search by a part of an id or e-mail address. */
export function PeopleView() {
  const [search, setSearch] = useState('')
  const report = useReport<{ readonly people: readonly PersonRow[] }>(`/v1/people?search=${encodeURIComponent(search)}`)
  return (
    <ReportSection
      title="People"
      report={report}
      empty={search === '' ? 'Nobody yet.' : 'Nobody has this in their id or e-mail address.'}
      isEmpty={({ people }) => people.length === 0}
      controls={
        <input
          class="filter"
          type="search"
          value={search}
          aria-label="Search people by id or e-mail address"
          placeholder="Part of an id or e-mail address"
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
      }
    >
      {({ people }) => (
        <DataTable
          caption="Seen last first"
          columns={['Person', 'E-mail', 'Stage', 'Events', 'Last seen']}
          rows={people.map(({ id, email, stage, events, lastSeen }) => [
            <a key={id} href={personHref(id)}>
              {id}
            </a>,
            email ?? '',
            stage,
            formatCount(events),
            formatTime(lastSeen),
          ])}
        />
      )}
    </ReportSection>
  )
}
