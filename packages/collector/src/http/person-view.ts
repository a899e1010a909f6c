import type { Group, PersonSummary, PersonTouch, Profile, Session } from '../store/store.ts'

// What the store tells of people, as the read API gives it: instants as ISO 8601.

/** A person in a list. */
export function personSummaryView(person: PersonSummary) {
  return { ...person, firstSeen: isoTime(person.firstSeen), lastSeen: isoTime(person.lastSeen) }
}

/** As many people as were asked for; `more` says that one more was found. */
export function peopleView(people: readonly PersonSummary[], limit: number) {
  return { people: people.slice(0, limit).map(personSummaryView), more: people.length > limit }
}

export function profileView({ firstSeen, lastSeen, links, groups, firstTouch, lastTouch, ...rest }: Profile) {
  return {
    ...rest,
    firstSeen: isoTime(firstSeen),
    lastSeen: isoTime(lastSeen),
    links: links.map((link) => ({ ...link, firstSeen: isoTime(link.firstSeen) })),
    groups: groups.map(groupView),
    firstTouch: touchView(firstTouch),
    lastTouch: touchView(lastTouch),
  }
}

export function sessionView(session: Session) {
  return { ...session, start: isoTime(session.start), end: isoTime(session.end) }
}

export function groupView(group: Group) {
  return { ...group, firstSeen: isoTime(group.firstSeen) }
}

function touchView(touch: PersonTouch | null) {
  return touch && { ...touch, at: isoTime(touch.at) }
}

/** ms since the epoch as ISO 8601. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
