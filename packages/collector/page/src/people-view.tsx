import { useState } from 'preact/hooks'
import type { PersonRow } from './api.ts'
import { PeopleTable } from './people-table.tsx'
import { ReportSection } from './report-section.tsx'
import { useReport } from './use-report.ts'

interface PeopleAnswer {
  readonly people: readonly PersonRow[]
  /** There are more than these. */
  readonly more: boolean
}

/** People, who was seen last first, and a search by a part of an id or e-mail address. */
export function PeopleView() {
  const [search, setSearch] = useState('')
  const report = useReport<PeopleAnswer>(`/v1/people?search=${encodeURIComponent(search)}`)
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
      {({ people, more }) => (
        <>
          <PeopleTable caption="Seen last first" people={people} />
          {more && <p class="hint">There are more. Search by a part of their id or e-mail address.</p>}
        </>
      )}
    </ReportSection>
  )
}
