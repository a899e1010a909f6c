import type { PersonRow } from './api.ts'
import { DataTable } from './data-table.tsx'
import { formatCount, formatTime } from './format.ts'
import { NamedLink } from './person-link.tsx'
import { StageBadge } from './stage.tsx'

const COLUMNS = [
  { title: 'Person' },
  { title: 'E-mail' },
  { title: 'Stage' },
  { title: 'Events', number: true },
  { title: 'Last seen' },
]

interface PeopleTableProps {
  readonly caption: string
  readonly people: readonly PersonRow[]
  /** Whether ids stand below the names. */
  readonly hasIds?: boolean
}

export function PeopleTable({ caption, people, hasIds = false }: PeopleTableProps) {
  return (
    <DataTable
      caption={caption}
      columns={COLUMNS}
      rows={people.map(({ id, name, email, stage, events, lastSeen }) => [
        <span key={id}>
          <NamedLink id={id} name={{ person: id, name, email }} />
          {hasIds && <span class="raw-id">{id}</span>}
        </span>,
        // Who has no name goes by the address already.
        name === null ? '' : (email ?? ''),
        <StageBadge key="stage" stage={stage} />,
        formatCount(events),
        formatTime(lastSeen),
      ])}
    />
  )
}
