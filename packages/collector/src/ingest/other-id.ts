import type { TrackEvent } from '@threadline/schema'

const PROPERTIES: ReadonlyMap<string, string> = new Map([
  ['$alias', 'previousId'],
  ['$group', 'groupId'],
])

/** The property in which a system event names another id: a person's previous one, or their group. */
export function otherIdProperty(event: string): string | undefined {
  return PROPERTIES.get(event)
}

/** The id that a system event is about besides whom it happened to; undefined for other events. */
export function otherId({ event, properties }: Pick<TrackEvent, 'event' | 'properties'>): string | undefined {
  const property = otherIdProperty(event)
  const value = property === undefined ? undefined : properties?.[property]
  return typeof value === 'string' ? value : undefined
}
