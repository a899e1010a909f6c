import { useMemo } from 'preact/hooks'
import { EventLine } from './event-line.tsx'
import { ListControls } from './list-controls.tsx'
import { Notice, SignedOut } from './notice.tsx'
import { daysShown, readState, reportQuery, TIME_ZONE } from './overview-state.ts'
import { useEventPages } from './use-event-pages.ts'

/** The events behind a number of the overview, the latest first. */
export function MatchedEventsView({ search }: { search: string }) {
  const state = useMemo(() => readState(search), [search])
  const days = daysShown(state, new Date(), TIME_ZONE)
  const { pages, loadOlder } = useEventPages(reportQuery(state, days, TIME_ZONE))
  if (pages.state === 'failed' && pages.status === 401) return <SignedOut />
  return (
    <section aria-labelledby="events-title">
      <h1 id="events-title">Events</h1>
      <ListControls list="events" state={state} days={days} />
      {pages.state === 'loading' && <Notice kind="loading">Loading…</Notice>}
      {pages.state === 'failed' && <Notice kind="error">{pages.message}</Notice>}
      {pages.state === 'shown' && (
        <div aria-busy={pages.stale}>
          {pages.events.length === 0 && <Notice kind="empty">Nothing in this period has all of these filters.</Notice>}
          <ol class="events">
            {pages.events.map((view) => (
              <EventLine key={`${view.event.event} ${view.event.eventId}`} view={view} linkPerson />
            ))}
          </ol>
          {pages.before !== null && (
            <button type="button" onClick={loadOlder}>
              Load earlier events
            </button>
          )}
        </div>
      )}
    </section>
  )
}
