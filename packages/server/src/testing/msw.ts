import type { BatchRequest, BatchResponse, ErrorResponse, TrackEvent } from '@threadline/schema'
import { HttpResponse, http, type RequestHandler } from 'msw'

export interface MockCollector {
  /** For `setupServer(...handlers)`. */
  readonly handlers: RequestHandler[]
  /** Events stored, each name and id once, in the order of arrival. */
  readonly events: readonly TrackEvent[]
  clear(): void
}

/**
 * A Threadline collector as msw handlers: stores what it is sent, answers as a real one does, dedupes by event name and id.
 *
 * msw sees what goes through `fetch`, and the Node client does not use it: give the client under test
 * `transport: fetchTransport()`.
 *
 * @param host - The client's `host`, `https://events.example.com` for instance.
 *
 * @example
 * ```ts
 * const collector = mockCollector('https://events.example.com')
 * const server = setupServer(...collector.handlers)
 * ```
 */
export function mockCollector(host: string): MockCollector {
  const stored = new Map<string, TrackEvent>()

  const ingest = http.post(`${host.replace(/\/+$/, '')}/v1/batch`, async ({ request }) => {
    const batch = await readBatch(request)
    if (!batch) {
      const answer: ErrorResponse = { error: { code: 'invalid_request', message: 'no batch' } }
      return HttpResponse.json(answer, { status: 400 })
    }
    const known: TrackEvent[] = []
    for (const event of batch.events) {
      const key = JSON.stringify([event.event, event.eventId])
      if (stored.has(key)) known.push(event)
      else stored.set(key, event)
    }
    const answer: BatchResponse = {
      stored: batch.events.length - known.length,
      duplicates: known.map(({ eventId }) => eventId),
      duplicateEvents: known.map(({ event }) => event),
      invalid: [],
    }
    return HttpResponse.json(answer)
  })

  return {
    handlers: [ingest],
    get events() {
      return [...stored.values()]
    },
    clear: () => stored.clear(),
  }
}

async function readBatch(request: Request): Promise<BatchRequest | undefined> {
  const isGzip = request.headers.get('content-encoding') === 'gzip'
  const body = isGzip ? request.body?.pipeThrough(new DecompressionStream('gzip')) : request.body
  try {
    const batch = (await new Response(body).json()) as Partial<BatchRequest>
    return Array.isArray(batch.events) ? (batch as BatchRequest) : undefined
  } catch {
    return undefined
  }
}
