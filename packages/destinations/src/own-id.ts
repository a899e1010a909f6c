import { nameUuid } from './name-uuid.ts'

/** What our SDKs mint: no two events share one. */
const MINTED = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

export interface OwnId {
  /** A UUID. */
  readonly id: string
  /** The event's `eventId`, to be carried beside `id`; absent when `id` is that already. */
  readonly eventId?: string
}

/**
 * The id under which a service dedupes an event that we count once by its project, its name and its id.
 *
 * An id of our SDKs serves as it is. From any other, `order_8841` say, a UUID is derived: its form may be none that the
 * service takes, a purchase and its refund may share it, and another customer of the service may use the same.
 *
 * @param scope - The key of the service's project.
 */
export function ownId({ event, eventId }: { readonly event: string; readonly eventId: string }, scope: string): OwnId {
  return MINTED.test(eventId) ? { id: eventId } : { id: nameUuid(`${scope}\n${event}\n${eventId}`), eventId }
}
