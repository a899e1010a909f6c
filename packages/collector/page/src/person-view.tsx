import { type DerivedView, type ProfileAnswer, personPath } from './api.ts'
import { EventLine } from './event-line.tsx'
import { countOf, formatDuration, formatTime } from './format.ts'
import { inVisits, type Visit } from './in-visits.ts'
import { valueName } from './names.ts'
import { Notice, SignedOut } from './notice.tsx'
import { nameOfPerson, type PersonName, usePersonName } from './person-names.ts'
import { Profile } from './profile.tsx'
import { viewHref } from './route.ts'
import { StagePath } from './stage.tsx'
import { nameOf } from './traits.tsx'
import { type Report, useReport } from './use-report.ts'
import { type Timeline, useTimeline } from './use-timeline.ts'

/** One person: who they are, how they came, and all they did, oldest first, from the first anonymous visit on. */
export function PersonView({ id }: { id: string }) {
  const profile = useReport<ProfileAnswer>(personPath(id))
  const { timeline, loadOlder } = useTimeline(id)
  const known = usePersonName(id)
  const called = profile.state === 'shown' ? calledBy(profile.data) : known
  return (
    <section aria-labelledby="person-title">
      <p class="back">
        <a href={viewHref('people')}>All people</a>
      </p>
      <h1 id="person-title">{profile.state === 'failed' ? id : nameOfPerson(called)}</h1>
      <PersonBody profile={profile} timeline={timeline} loadOlder={loadOlder} />
    </section>
  )
}

interface PersonBodyProps {
  readonly profile: Report<ProfileAnswer>
  readonly timeline: Timeline
  readonly loadOlder: () => void
}

function PersonBody({ profile, timeline, loadOlder }: PersonBodyProps) {
  if (profile.state === 'failed') return <Failed {...profile} />
  if (timeline.state === 'failed') return <Failed {...timeline} />
  if (profile.state === 'loading' || timeline.state === 'loading') return <Notice kind="loading">Loading…</Notice>
  const { data } = profile
  const { events, sessions, before } = timeline.page
  return (
    <>
      <p class="hint">
        {[data.email, countOf(data.events, 'event')].filter(Boolean).join(' · ')} · <code>{idOf(data)}</code>
      </p>
      <StagePath stage={data.stage} />
      <div class="person-columns">
        <Profile profile={data} />
        <div class="timeline">
          <h2>Timeline</h2>
          {before !== null && (
            <button type="button" onClick={loadOlder}>
              Load earlier events
            </button>
          )}
          {inVisits(events, sessions).map((visit) => (
            <VisitEvents key={visit.events[0]?.event.eventId} visit={visit} />
          ))}
        </div>
      </div>
    </>
  )
}

function VisitEvents({ visit: { session, events } }: { visit: Visit }) {
  return (
    <section class="visit">
      <h3>
        {session ? <time dateTime={session.start}>{formatTime(session.start)}</time> : 'Outside of sessions'}
        {session && (
          <span class="hint">
            {[
              session.entryPath !== null && `entered at ${session.entryPath}`,
              countOf(session.events, 'event'),
              formatDuration(Date.parse(session.end) - Date.parse(session.start)),
              ...circumstances(events),
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
        )}
      </h3>
      <ol class="events">
        {events.map((view) => (
          <EventLine key={`${view.event.event} ${view.event.eventId}`} view={view} linkPerson={false} />
        ))}
      </ol>
    </section>
  )
}

/** How somebody came, from where and with what, by the first event of a visit that tells it. */
function circumstances(events: Visit['events']): string[] {
  const tells = (fact: keyof DerivedView) =>
    events.map(({ derived }) => derived?.[fact]).find((value) => value !== undefined)
  const [channel, city, country, browser, os] = (['channel', 'city', 'country', 'browser', 'os'] as const).map(tells)
  const texts = [
    channel && valueName('channel', channel),
    [city, country && valueName('country', country)].filter(Boolean).join(', '),
    [browser, os].filter(Boolean).join(' on '),
  ]
  return texts.filter((text): text is string => text !== undefined && text !== '')
}

function Failed({ status, message }: { status: number; message: string }) {
  if (status === 401) return <SignedOut />
  const title = status === 404 ? 'Nobody is known by this id' : 'The timeline could not be loaded'
  return (
    <Notice kind="error">
      <h2>{title}</h2>
      {status !== 404 && <p>{message}</p>}
    </Notice>
  )
}

function calledBy(profile: ProfileAnswer): PersonName {
  return { person: idOf(profile), name: nameOf(profile.traits) ?? null, email: profile.email }
}

function idOf({ person: { userId, anonymousIds } }: ProfileAnswer): string {
  return userId ?? anonymousIds[0] ?? ''
}
