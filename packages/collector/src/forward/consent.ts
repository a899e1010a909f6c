import type { Consent, TrackEvent } from '@threadline/schema'
import type { StoredEvent } from '../store/store.ts'
import type { ConsentStatement } from '../store/stored-forward.ts'

/** What was said about consent after an event was stored, by anybody who has one of its ids. */
export type LaterConsent = (event: TrackEvent, position: number) => Consent

/** Looks up the latest statement of each visitor and each user. */
export function laterConsent(statements: Iterable<ConsentStatement>): LaterConsent {
  const latest = new Map<string, ConsentStatement>()
  for (const statement of statements) {
    for (const id of idsOf(statement)) {
      if ((latest.get(id)?.position ?? -1) <= statement.position) latest.set(id, statement)
    }
  }
  return ({ anonymousId = null, userId = null }, position) => {
    const later = idsOf({ anonymousId, userId })
      .flatMap((id) => latest.get(id) ?? [])
      .filter((statement) => statement.position > position)
      .sort((a, b) => a.position - b.position)
    return Object.assign({}, ...later.map(({ consent }) => consent))
  }
}

function idsOf({ anonymousId, userId }: Pick<ConsentStatement, 'anonymousId' | 'userId'>): readonly string[] {
  return [...(anonymousId === null ? [] : [`visitor ${anonymousId}`]), ...(userId === null ? [] : [`user ${userId}`])]
}

/** What events themselves say about consent. */
export function statementsIn(events: readonly { readonly stored: StoredEvent; readonly event: TrackEvent }[]) {
  return events.flatMap(({ stored: { position }, event: { anonymousId = null, userId = null, consent } }) =>
    consent ? [{ position, anonymousId, userId, consent }] : [],
  )
}
