import type { EventView, SessionView } from './api.ts'

/** Events that happened in one go: in one session, or one after the other outside of any. */
export interface Visit {
  readonly session: SessionView | undefined
  readonly events: EventView[]
}

/**
 * Parts a timeline, oldest first, into visits. A server's event, which has no session, is shown within the one during
 * which it happened.
 */
export function inVisits(events: readonly EventView[], sessions: readonly SessionView[]): readonly Visit[] {
  const byId = new Map(sessions.map((session) => [session.id, session]))
  const visits: Visit[] = []
  for (const view of events) {
    const current = visits.at(-1)
    const own = view.event.sessionId === undefined ? undefined : byId.get(view.event.sessionId)
    const goesOn = own ? current?.session === own : current !== undefined && !isOver(current, view)
    if (current && goesOn) current.events.push(view)
    else visits.push({ session: own, events: [view] })
  }
  return visits
}

function isOver({ session }: Visit, { occurredAt }: EventView): boolean {
  return session !== undefined && occurredAt > session.end
}
