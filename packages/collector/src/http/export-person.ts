import type { JsonObject } from '@threadline/schema'
import type { EventPlace, Person, Store, StoredAlias, StoredEvent, StoredLink } from '../store/store.ts'
import type { StoredBilling, StoredClaim, StoredSubscription } from '../store/stored-billing.ts'
import { mergeTraits } from '../traits.ts'
import { type EventView, eventView } from './event-view.ts'
import { isoTime } from './person-view.ts'

/** Read and held at once: 64 KB each at most. */
const PAGE_EVENTS = 500

/** One line of an export; `type` tells which. They come in this order. */
export type ExportLine =
  | ({ readonly type: 'person' } & Person)
  | ({ readonly type: 'link' } & ExportedLink)
  | ({ readonly type: 'alias' } & ExportedAlias)
  | { readonly type: 'billingId'; readonly id: string }
  | ({ readonly type: 'claim' } & ExportedClaim)
  | ({ readonly type: 'subscription' } & ExportedSubscription)
  | ({ readonly type: 'event' } & ExportedEvent)
  | { readonly type: 'traits'; readonly traits: JsonObject }
  | { readonly type: 'end'; readonly events: number; readonly links: number }

/** A visitor who was seen with the person. */
export interface ExportedLink extends Omit<StoredLink, 'firstSeen'> {
  /** When they were first seen together: ISO 8601. */
  readonly firstSeen: string
}

/** An id that was said to be an earlier one of the person's, or of whom the person's was said to be. */
export interface ExportedAlias extends Omit<StoredAlias, 'firstSeen'> {
  /** When it was first said: ISO 8601. */
  readonly firstSeen: string
}

/** Whom an event named beside an id of the person's payments, or the person beside somebody else's. */
export interface ExportedClaim extends Omit<StoredClaim, 'firstSeen'> {
  /** When they were first named together: ISO 8601. */
  readonly firstSeen: string
}

/** The latest state of a subscription of the person's. */
export interface ExportedSubscription extends Omit<StoredSubscription, 'changedAt'> {
  /** When it came to be so: ISO 8601. */
  readonly changedAt: string
}

/** An event with all that the collector knows about it. Instants are ISO 8601. */
export interface ExportedEvent extends EventView {
  /** The sender's clock when it sent the event; null when it did not say. */
  readonly sentAt: string | null
  readonly storedAt: string
  /** Of the browser that sent it; absent for events of servers, which say it in their context. */
  readonly userAgent?: string
}

/**
 * All that is known of a person: who they are, their links, what their payments are known by, their events from the newest to the oldest, their traits as the
 * events leave them, and at the end how much that was. What it lists is what `forget` removes. A page of events is read
 * when the one before has been taken, so memory does not grow with the person.
 */
export async function* exportPerson(
  store: Pick<Store, 'storedLinks' | 'storedAliases' | 'storedBilling' | 'timeline'>,
  project: string,
  person: Person,
): AsyncGenerator<readonly ExportLine[]> {
  const links = await store.storedLinks(project, person)
  const aliases = await store.storedAliases(project, person)
  const billing = await store.storedBilling(project, person)
  yield [
    { type: 'person', ...person },
    ...links.map((link) => ({ type: 'link' as const, ...link, firstSeen: isoTime(link.firstSeen) })),
    ...aliases.map((alias) => ({ type: 'alias' as const, ...alias, firstSeen: isoTime(alias.firstSeen) })),
    ...billingLines(billing),
  ]
  let traits: JsonObject = {}
  let count = 0
  let before: EventPlace | undefined
  do {
    const page = await store.timeline(project, person, { limit: PAGE_EVENTS, ...(before && { before }) })
    const events = page.map(exportedEvent).reverse()
    traits = mergeTraits([traits, ...events.map(({ event }) => event.traits)])
    count += events.length
    before = page.length === PAGE_EVENTS ? page[0] : undefined
    yield events.map((event) => ({ type: 'event' as const, ...event }))
  } while (before)
  yield [
    { type: 'traits', traits },
    { type: 'end', events: count, links: links.length + aliases.length },
  ]
}

function billingLines({ ids, claims, subscriptions }: StoredBilling): readonly ExportLine[] {
  return [
    ...ids.map((id) => ({ type: 'billingId' as const, id })),
    ...claims.map((claim) => ({ type: 'claim' as const, ...claim, firstSeen: isoTime(claim.firstSeen) })),
    ...subscriptions.map((state) => ({ type: 'subscription' as const, ...state, changedAt: isoTime(state.changedAt) })),
  ]
}

function exportedEvent(stored: StoredEvent): ExportedEvent {
  return {
    ...eventView(stored),
    sentAt: stored.sentAt === null ? null : isoTime(stored.sentAt),
    storedAt: isoTime(stored.storedAt),
    ...(stored.derived.userAgent !== null && { userAgent: stored.derived.userAgent }),
  }
}

/** The file's name tells nobody's id: it ends up in logs and download lists. */
const EXPORT_HEADERS = {
  'content-type': 'application/x-ndjson',
  'content-disposition': 'attachment; filename="person.ndjson"',
  'cache-control': 'no-store',
}

/** The lines as NDJSON. What fails in between breaks off the answer: without `end` an export is not whole. */
export function exportAnswer(pages: AsyncGenerator<readonly ExportLine[]>): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pages.next()
        if (done) controller.close()
        else controller.enqueue(encoder.encode(value.map((line) => `${JSON.stringify(line)}\n`).join('')))
      },
      async cancel() {
        await pages.return(undefined)
      },
    },
    // Nothing is read ahead of who takes it.
    { highWaterMark: 0 },
  )
  return new Response(body, { headers: EXPORT_HEADERS })
}
