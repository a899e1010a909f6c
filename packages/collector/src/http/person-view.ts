import type { PersonSummary } from '../store/store.ts'

/** A person as a list gives them: instants as ISO 8601. */
export function personSummaryView(person: PersonSummary) {
  return { ...person, firstSeen: isoTime(person.firstSeen), lastSeen: isoTime(person.lastSeen) }
}

/** ms since the epoch as ISO 8601. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
