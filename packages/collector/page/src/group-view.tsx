import type { GroupView as Group, PersonRow } from './api.ts'
import { formatTime } from './format.ts'
import { Notice, SignedOut } from './notice.tsx'
import { PeopleTable } from './people-table.tsx'
import { viewHref } from './route.ts'
import { nameOf, Traits } from './traits.tsx'
import { type Report, useReport } from './use-report.ts'

type GroupAnswer = Group & { readonly people: readonly PersonRow[]; readonly more: boolean }

/** A team, company or account: what is known of it, and who belongs to it. */
export function GroupView({ id }: { id: string }) {
  const report = useReport<GroupAnswer>(`/v1/groups/${encodeURIComponent(id)}`)
  return (
    <section aria-labelledby="group-title">
      <p class="back">
        <a href={viewHref('people')}>All people</a>
      </p>
      <h1 id="group-title" title={id}>
        {(report.state === 'shown' && nameOf(report.data.traits)) || id}
      </h1>
      <GroupBody report={report} />
    </section>
  )
}

function GroupBody({ report }: { report: Report<GroupAnswer> }) {
  if (report.state === 'loading') return <Notice kind="loading">Loading the group…</Notice>
  if (report.state === 'failed') {
    if (report.status === 401) return <SignedOut />
    return (
      <Notice kind="error">
        <h2>{report.status === 404 ? 'No group is known by this id' : 'The group could not be loaded'}</h2>
        <p>{report.message}</p>
      </Notice>
    )
  }
  const { groupId, traits, traitsPartial, firstSeen, people, more } = report.data
  return (
    <>
      <p class="hint">
        Group <code>{groupId}</code>, first seen {formatTime(firstSeen)}
      </p>
      <div class="group-facts">
        <Traits traits={traits} partial={traitsPartial} />
      </div>
      <PeopleTable caption="Its people, seen last first" people={people} />
      {more && <p class="hint">There are more people than these.</p>}
    </>
  )
}
