import { useState } from 'preact/hooks'
import type { EventView } from './api.ts'
import { formatMoney, formatTime } from './format.ts'
import { eventName } from './names.ts'
import { PersonLink } from './person-link.tsx'

/** One event in a list: when, what, who, and on request everything else. */
export function EventLine({ view, linkPerson }: { view: EventView; linkPerson: boolean }) {
  const [open, setOpen] = useState(false)
  const { event, occurredAt, sender } = view
  const person = event.userId ?? event.anonymousId ?? ''
  return (
    <li class="event" data-event={event.event}>
      <time dateTime={occurredAt} title={occurredAt}>
        {formatTime(occurredAt)}
      </time>
      <div class="event-head">
        <span class="event-name" title={event.event}>
          {eventName(event.event, event.path)}
        </span>
        {event.value !== undefined && event.currency !== undefined && (
          <span class="money">{formatMoney(event.value, event.currency)}</span>
        )}
      </div>
      <div class="event-detail">
        {linkPerson && <PersonLink id={person} />}
        {event.path && event.event !== '$pageview' && <span class="path">{event.path}</span>}
        {event.utm?.source && <span class="utm">from {event.utm.source}</span>}
      </div>
      <span class={`sender sender-${sender}`}>{sender}</span>
      <button
        type="button"
        class="quiet"
        aria-expanded={open}
        aria-label={`All fields of ${eventName(event.event)}`}
        onClick={() => setOpen(!open)}
      >
        Fields
      </button>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <pre tabIndex={0}>{JSON.stringify(event, null, 2)}</pre>
      )}
    </li>
  )
}
