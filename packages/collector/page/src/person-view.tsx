import { EventLine } from './event-line.tsx'
import { Notice, SignedOut } from './notice.tsx'
import { type Timeline, useTimeline } from './use-timeline.ts'

/** One person's events, oldest first, from the first anonymous visit on. */
export function PersonView({ id }: { id: string }) {
  const { timeline, loadOlder } = useTimeline(id)
  return (
    <section aria-labelledby="person-title">
      <p class="back">
        <a href="#/people">All people</a>
      </p>
      <h1 id="person-title" class="person-title">
        {personName(timeline) ?? id}
      </h1>
      <TimelineBody timeline={timeline} loadOlder={loadOlder} />
    </section>
  )
}

function TimelineBody({ timeline, loadOlder }: { timeline: Timeline; loadOlder: () => void }) {
  if (timeline.state === 'loading') return <Notice kind="loading">Loading the timeline…</Notice>
  if (timeline.state === 'failed') return <Failed status={timeline.status} message={timeline.message} />
  const { person, events, before } = timeline.page
  return (
    <>
      <dl class="identity">
        <dt>User</dt>
        <dd>{person.userId ?? 'not identified yet'}</dd>
        <dt>Visitor ids</dt>
        <dd>{person.anonymousIds.length === 0 ? 'none' : person.anonymousIds.join(', ')}</dd>
      </dl>
      {before !== null && (
        <button type="button" onClick={loadOlder}>
          Load earlier events
        </button>
      )}
      <ol class="events timeline">
        {events.map((view) => (
          <EventLine key={`${view.event.event} ${view.event.eventId}`} view={view} linkPerson={false} />
        ))}
      </ol>
    </>
  )
}

function Failed({ status, message }: { status: number; message: string }) {
  if (status === 401) return <SignedOut />
  const title = status === 404 ? 'Nobody is known by this id' : 'The timeline could not be loaded'
  return (
    <Notice kind="error">
      <h2>{title}</h2>
      <p>{message}</p>
    </Notice>
  )
}

function personName(timeline: Timeline): string | undefined {
  if (timeline.state !== 'shown') return undefined
  return timeline.page.person.userId ?? timeline.page.person.anonymousIds[0]
}
