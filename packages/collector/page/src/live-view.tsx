import { useState } from 'preact/hooks'
import type { EventView } from './api.ts'
import { EventLine } from './event-line.tsx'
import { eventName } from './names.ts'
import { Notice, SignedOut } from './notice.tsx'
import { knownName, nameOfPerson } from './person-names.ts'
import { CurlSnippet } from './snippets.tsx'
import { type Live, useLive } from './use-live.ts'
import { usePublicKey } from './use-public-key.ts'

const STATES: { readonly [State in Live['state']]: string } = {
  connecting: 'Connecting…',
  live: 'Live',
  lost: 'Connection lost, trying again…',
  'signed-out': 'Signed out',
}

/** Events as they arrive, newest first. */
export function LiveView() {
  const { state, events } = useLive()
  const [filter, setFilter] = useState('')
  if (state === 'signed-out') return <SignedOut />
  return (
    <section aria-labelledby="live-title">
      <div class="title">
        <h1 id="live-title">Events</h1>
        <span class={`state state-${state}`} role="status">
          {STATES[state]}
        </span>
      </div>
      {events.length === 0 ? (
        <Waiting state={state} />
      ) : (
        <input
          class="filter"
          type="search"
          value={filter}
          aria-label="Show only events with this in their name, person, path or source"
          placeholder="Filter by name, person, path or source"
          onInput={({ currentTarget }) => setFilter(currentTarget.value)}
        />
      )}
      <ol class="events">
        {events
          .filter((view) => matches(view, filter))
          .map((view) => (
            <EventLine key={`${view.event.event} ${view.event.eventId}`} view={view} linkPerson />
          ))}
      </ol>
    </section>
  )
}

function matches({ event }: EventView, filter: string): boolean {
  const part = filter.trim().toLowerCase()
  const ids = [event.userId, event.anonymousId].filter((id) => id !== undefined)
  const names = [eventName(event.event), ...ids.map((id) => nameOfPerson(knownName(id)))]
  const texts = [event.event, ...ids, ...names, event.path, event.utm?.source]
  return texts.some((text) => text?.toLowerCase().includes(part))
}

function Waiting({ state }: { state: Live['state'] }) {
  const publicKey = usePublicKey()
  if (state !== 'live') return <Notice kind="loading">{STATES[state]}</Notice>
  return (
    <Notice kind="empty">
      <h2>No events yet</h2>
      <p>They appear here the moment they are stored. Send one:</p>
      <CurlSnippet publicKey={publicKey} />
    </Notice>
  )
}
