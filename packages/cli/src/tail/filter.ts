import type { LiveEvent } from './live-events.ts'

/** What `tail` shows; what is absent lets everything through. */
export interface TailFilter {
  /** Names, any of which will do. */
  readonly event?: readonly string[]
  /** A user id or an anonymous id. */
  readonly person?: string
  readonly sender?: 'browser' | 'server'
}

export function matches({ event, sender }: LiveEvent, filter: TailFilter): boolean {
  return (
    (filter.event === undefined || filter.event.includes(event.event)) &&
    (filter.person === undefined || event['userId'] === filter.person || event['anonymousId'] === filter.person) &&
    (filter.sender === undefined || sender === filter.sender)
  )
}
