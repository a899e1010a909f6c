import type { Group, PersonName, PersonSummary, PersonTouch, Profile, Session, Store } from '../store/store.ts'

// What the store tells of people, as the read API gives it: instants as ISO 8601.

/** A person in a list. */
export function personSummaryView(person: PersonSummary, name: PersonName | undefined) {
  return {
    ...person,
    name: name?.name ?? null,
    // An address that traits alone tell is none of an event's own.
    email: person.email ?? name?.email ?? null,
    firstSeen: isoTime(person.firstSeen),
    lastSeen: isoTime(person.lastSeen),
  }
}

interface PeopleList {
  readonly project: string
  /** One more than `limit`, where there are more. */
  readonly found: readonly PersonSummary[]
  readonly limit: number
}

/** As many people as were asked for, with what they are called; `more` says that one more was found. */
export async function peopleView(store: Pick<Store, 'names'>, { project, found, limit }: PeopleList) {
  const people = found.slice(0, limit)
  const names = await store.names(
    project,
    people.map(({ id }) => id),
  )
  return { people: people.map((person, index) => personSummaryView(person, names[index])), more: found.length > limit }
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
