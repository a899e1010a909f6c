import type { DeliveryResponse } from '@threadline/core'
import { type FakeClock, fakeClock } from '@threadline/core/testing'
import { type EventCatalogue, type TrackEvent, utf8Bytes } from '@threadline/schema'
import { createClient } from '../src/client/client.ts'
import type { ServerClientOptions } from '../src/client/options.ts'
import type { ServerClient } from '../src/client/server-client.ts'
import type { DroppedEvent } from '../src/reports/reports.ts'
import type { TransportRequest } from '../src/transport/transport.ts'

/** What the fake collector does with a request, given the events in it. */
export type Answer = (events: readonly TrackEvent[], request: TransportRequest) => Promise<DeliveryResponse>

export interface Harness<Catalogue extends EventCatalogue> {
  readonly client: ServerClient<Catalogue>
  readonly clock: FakeClock
  /** Every request's events, in the order of arrival. */
  readonly requests: TrackEvent[][]
  /** Events the collector stored, first write wins, by id. */
  readonly stored: Map<string, TrackEvent>
  readonly errors: { readonly code: string; readonly message: string }[]
  readonly drops: (DroppedEvent & { readonly reason: string })[]
  /** Replaces what the collector does from the next request on. */
  answer: Answer
}

export function response(
  status: number,
  body: unknown = '',
  headers: { readonly [name: string]: string } = {},
): DeliveryResponse {
  return {
    status,
    header: (name) => headers[name] ?? null,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}

/** A client on a fake clock, delivering to a collector that is a function. */
export function harness<Catalogue extends EventCatalogue = EventCatalogue>(
  options: ServerClientOptions<Catalogue> = {},
): Harness<Catalogue> {
  const clock = fakeClock()
  const stored = new Map<string, TrackEvent>()
  const requests: TrackEvent[][] = []
  const errors: Harness<Catalogue>['errors'] = []
  const drops: Harness<Catalogue>['drops'] = []
  const native = options.destination || options.destinations ? {} : { key: 'sk_test', host: 'https://collector.test' }

  const parts: Pick<Harness<Catalogue>, 'answer'> = {
    answer: (events) => Promise.resolve(store(stored, events)),
  }
  const client = createClient<Catalogue>(
    {
      strict: false,
      flushOnExit: false,
      onError: ({ code, message }) => errors.push({ code, message }),
      onDrop: (event, reason) => drops.push({ ...event, reason }),
      transport(request) {
        const { events } = JSON.parse(request.body) as { events: TrackEvent[] }
        requests.push(events)
        return parts.answer(events, request)
      },
      ...native,
      ...options,
    },
    {
      clock,
      random: () => 0.5,
      byteLength: utf8Bytes,
      createTransport() {
        throw new Error('tests bring their own transport')
      },
    },
  )
  return Object.assign(parts, { client, clock, requests, stored, errors, drops })
}

/** Stores what is new, as a collector does. */
export function store(stored: Map<string, TrackEvent>, events: readonly TrackEvent[]): DeliveryResponse {
  const duplicates: string[] = []
  for (const event of events) {
    if (stored.has(event.eventId)) duplicates.push(event.eventId)
    else stored.set(event.eventId, event)
  }
  return response(200, { stored: events.length - duplicates.length, duplicates, invalid: [] })
}
