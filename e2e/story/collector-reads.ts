import { DEMO_KEYS } from '@threadline/example-shop/demo'
import type { TrackEvent } from '@threadline/schema'

/** What these tests need of a timeline as the collector answers it. */
export interface Timeline {
  readonly person: { readonly userId: string | null; readonly anonymousIds: readonly string[] }
  readonly events: readonly { readonly event: TrackEvent; readonly sender: 'browser' | 'server' }[]
}

/** The person behind an id with everything they did, oldest first; undefined while the collector knows nobody. */
export async function readTimeline(collectorUrl: string, id: string): Promise<Timeline | undefined> {
  const response = await read(collectorUrl, `/v1/people/${encodeURIComponent(id)}/timeline`)
  return response.status === 404 ? undefined : await response.json()
}

/** The newest events of all people, newest first. */
export async function readLatest(collectorUrl: string): Promise<Timeline['events']> {
  const response = await read(collectorUrl, '/v1/events?limit=1000')
  const { events }: Pick<Timeline, 'events'> = await response.json()
  return events
}

/** The names in a timeline, page views with their path: `$pageview /pricing`. */
export function namesOf(timeline: Timeline | undefined): readonly string[] {
  return (timeline?.events ?? []).map(({ event }) =>
    event.event === '$pageview' ? `$pageview ${event.path}` : event.event,
  )
}

async function read(collectorUrl: string, path: string): Promise<Response> {
  const response = await fetch(new URL(path, collectorUrl), { headers: { authorization: `Bearer ${DEMO_KEYS.read}` } })
  if (!response.ok && response.status !== 404) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response
}
