import { useState } from 'preact/hooks'
import type { PersonRow } from './api.ts'
import { PeopleTable } from './people-table.tsx'
import { ReportSection } from './report-section.tsx'
import { useReport } from './use-report.ts'

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
      {({ people }) => <PeopleTable caption="Seen last first" people={people} />}
    </ReportSection>
  )
}
