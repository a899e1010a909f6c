import { useMemo, useState } from 'preact/hooks'
import type { PersonRow } from './api.ts'
import { ListControls } from './list-controls.tsx'
import { daysShown, readState, reportQuery, TIME_ZONE } from './overview-state.ts'
import { PeopleTable } from './people-table.tsx'
import { ReportSection } from './report-section.tsx'
import { useReport } from './use-report.ts'

interface PeopleAnswer {
  readonly people: readonly PersonRow[]
  /** There are more than these. */
  readonly more: boolean
}

/** How many people a list shows. */
const LIMIT = 100

/**
 * People, who was seen last first, and a search by a part of a name, an id or an e-mail address: all of them, or those behind a number of the
 * overview.
 */
export function PeopleView({ search: address }: { search: string }) {
  const [search, setSearch] = useState('')
  const [hasIds, setHasIds] = useState(false)
  const state = useMemo(() => (address === '' ? undefined : readState(address)), [address])
  const days = state && daysShown(state, new Date(), TIME_ZONE)
  const narrowed = state && days ? `&${reportQuery(state, days, TIME_ZONE)}` : ''
  const report = useReport<PeopleAnswer>(`/v1/people?limit=${LIMIT}&search=${encodeURIComponent(search)}${narrowed}`)
  return (
    <ReportSection
      title="People"
      report={report}
      empty={emptyText(search, state !== undefined)}
      isEmpty={({ people }) => people.length === 0}
      controls={
        <>
          {state && days && <ListControls list="people" state={state} days={days} />}
          <input
            class="filter"
            type="search"
            value={search}
            aria-label="Search people by name, id or e-mail address"
            placeholder="Part of a name, id or e-mail address"
            onInput={({ currentTarget }) => setSearch(currentTarget.value)}
          />
          <label class="check">
            <input
              type="checkbox"
              checked={hasIds}
              onChange={({ currentTarget }) => setHasIds(currentTarget.checked)}
            />
            Show ids
          </label>
        </>
      }
    >
      {({ people, more }) => (
        <>
          <PeopleTable caption="Seen last first" people={people} hasIds={hasIds} />
          {more && <p class="hint">There are more. Search by a part of their name, id or e-mail address.</p>}
        </>
      )}
    </ReportSection>
  )
}

function emptyText(search: string, isNarrowed: boolean): string {
  if (search !== '') return 'Nobody has this in their name, id or e-mail address.'
  return isNarrowed ? 'Nobody in this period has all of these filters.' : 'Nobody yet.'
}
