/** An event as an answer speaks of it: by its id, and by its name as well where several have the id. */
export interface EventReference {
  readonly eventId: string
  readonly event?: string | undefined
}

/** Looks up what an answer says of an event. One reference is about one event: `(event, eventId)` is what identifies it. */
export function byEvent<Reference extends EventReference>(
  references: readonly Reference[],
): (event: Required<EventReference>) => Reference | undefined {
  if (references.length === 0) return () => undefined
  const byId = new Map<string, Reference[]>()
  for (const reference of references) {
    const others = byId.get(reference.eventId)
    if (others) others.push(reference)
    else byId.set(reference.eventId, [reference])
  }
  return ({ eventId, event }) =>
    byId.get(eventId)?.find((reference) => reference.event === undefined || reference.event === event)
}
