import type { PersonRow } from './api.ts'
import { DataTable } from './data-table.tsx'
import { formatCount, formatTime } from './format.ts'
import { personHref } from './route.ts'
import { StageBadge } from './stage.tsx'

const COLUMNS = [
  { title: 'Person' },
  { title: 'E-mail' },
  { title: 'Stage' },
  { title: 'Events', number: true },
  { title: 'Last seen' },
]

export function PeopleTable({ caption, people }: { caption: string; people: readonly PersonRow[] }) {
  return (
    <DataTable
      caption={caption}
      columns={COLUMNS}
      rows={people.map(({ id, email, stage, events, lastSeen }) => [
        <a key={id} href={personHref(id)}>
          {id}
        </a>,
        email ?? '',
        <StageBadge key="stage" stage={stage} />,
        formatCount(events),
        formatTime(lastSeen),
      ])}
    />
  )
}
