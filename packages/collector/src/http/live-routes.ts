import type { Hono } from 'hono'
import { createEventStream, type EventStream } from '../live/event-stream.ts'
import type { Tail } from '../live/tail.ts'
import type { EventPlace, Store, StoredEvent } from '../store/store.ts'
import { readPlace, writePlace } from './cursor.ts'
import { eventView } from './event-view.ts'
import type { Readers } from './readers.ts'
import type { StreamPlaces } from './stream-places.ts'

/** What a new stream shows first. */
const FIRST_EVENTS = 50

/** The longest silence. Proxies end a connection that was silent for a minute, some sooner. */
const HEARTBEAT_MS = 15_000

/** How long a reader may take nothing while there is something to send. */
const MAX_STALL_MS = 30_000

/** How often it is looked whether the reader may still read. */
const CHECK_MS = 1_000

/** A comment, which clients skip. */
const HEARTBEAT = ':\n\n'

const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'transfer-encoding': 'chunked',
  'x-accel-buffering': 'no',
}

export interface LiveRoutesOptions {
  readonly readers: Readers
  readonly store: Store
  readonly tail: Tail
  readonly places: StreamPlaces
  readonly now: () => number
}

/**
 * `GET /v1/live`: server-sent events, one `event` message per stored event, whose `id` a reconnecting client sends back
 * as `Last-Event-ID` to go on without a gap. A new stream begins with the newest events. In between comes a comment every
 * 15 seconds, which keeps proxies from ending the connection and tells the collector of a client that has gone.
 *
 * A stream ends within seconds of its key or its session, and when its reader takes nothing for half a minute.
 */
export function addLiveRoutes(app: Hono, { readers, store, tail, places, now }: LiveRoutesOptions): void {
  app.get('/v1/live', async (c) => {
    const request = c.req.raw
    const holder = await readers.access(request)
    const last = c.req.header('last-event-id')
    const resumed = last === undefined ? undefined : readPlace(last)
    // Asked for the headers only, nobody would read the stream, nor end it.
    if (request.method === 'HEAD') return new Response(null, { headers: STREAM_HEADERS })
    const leave = places.take(holder)
    const stream = createEventStream({ maxStallMs: MAX_STALL_MS, now })
    void feed(stream, request, { project: holder.project, resumed })
      // Whoever reads comes again, and hears of a store that fails then.
      .catch(() => undefined)
      .finally(() => {
        stream.end()
        leave()
      })
    return new Response(stream.body, { headers: STREAM_HEADERS })
  })

  async function feed(stream: EventStream, request: Request, { project, resumed }: Followed): Promise<void> {
    const first = resumed ? [] : [...(await store.latestSettled(project, FIRST_EVENTS))].reverse()
    const from = resumed ?? first.at(-1) ?? START
    const isToCheck = createPace(CHECK_MS, now)
    const send = createSender(stream, now)
    await stream.write('event: ready\ndata: \n\n')
    await send(first)
    for await (const events of tail.follow(project, from, stream.gone)) {
      if (isToCheck() && !(await readers.mayRead(request))) return
      await send(events)
    }
  }
}

/** Sends events; when there are none and have not been for a while, a heartbeat. */
function createSender(stream: EventStream, now: () => number): (events: readonly StoredEvent[]) => Promise<void> {
  const isDue = createPace(HEARTBEAT_MS, now)
  return async (events) => {
    for (const event of events) await stream.write(messageOf(event))
    if (isDue() && events.length === 0) await stream.write(HEARTBEAT)
  }
}

interface Followed {
  readonly project: string
  readonly resumed: EventPlace | undefined
}

const START: EventPlace = { storedAt: 0, position: 0, ts: 0, event: '', eventId: '' }

/** JSON has no line breaks outside of its texts, where they are escaped: one line of data holds it. */
function messageOf(event: StoredEvent): string {
  return `event: event\ndata: ${JSON.stringify(eventView(event))}\nid: ${writePlace(event)}\n\n`
}

/** Tells at most once in `ms` that it is time; the first time so long after now. */
function createPace(ms: number, now: () => number): () => boolean {
  let last = now()
  return () => {
    if (Math.abs(now() - last) < ms) return false
    last = now()
    return true
  }
}
