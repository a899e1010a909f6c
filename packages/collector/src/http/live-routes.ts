import type { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Tail } from '../live/tail.ts'
import type { Store, StoredEvent } from '../store/store.ts'
import { readPlace, writePlace } from './cursor.ts'
import { eventView } from './event-view.ts'
import type { Readers } from './readers.ts'
import { RequestError } from './request-error.ts'

/** Streams at once; each holds a connection and asks the store twice a second. */
const MAX_STREAMS = 100

/** What a new stream shows first. */
const FIRST_EVENTS = 50

/** The longest silence. Proxies end a connection that was silent for a minute, some sooner. */
const HEARTBEAT_MS = 15_000

/** A comment, which clients skip. */
const HEARTBEAT = ':\n\n'

export interface LiveRoutesOptions {
  readonly readers: Readers
  readonly store: Store
  readonly tail: Tail
  readonly now: () => number
}

/**
 * `GET /v1/live`: server-sent events, one `event` message per stored event, whose `id` a reconnecting client sends back
 * as `Last-Event-ID` to go on without a gap. A new stream begins with the newest events. In between comes a comment every
 * 15 seconds, which keeps proxies from ending the connection and tells the collector of a client that has gone.
 */
export function addLiveRoutes(app: Hono, { readers, store, tail, now }: LiveRoutesOptions): void {
  let streams = 0

  app.get('/v1/live', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const last = c.req.header('last-event-id')
    const resumed = last === undefined ? undefined : readPlace(last)
    const first = resumed ? [] : [...(await store.latestSettled(project, FIRST_EVENTS))].reverse()
    const from = resumed ?? first.at(-1) ?? { position: 0, storedAt: 0, ts: 0, event: '', eventId: '' }
    if (streams >= MAX_STREAMS) {
      throw new RequestError('unavailable', `${MAX_STREAMS} live streams are open already`, { retryAfterS: 10 })
    }
    streams += 1
    c.header('x-accel-buffering', 'no')
    return streamSSE(c, async (stream) => {
      const gone = new AbortController()
      stream.onAbort(() => gone.abort())
      let sentAt = now()
      const send = async (events: readonly StoredEvent[]) => {
        sentAt = now()
        for (const event of events) {
          await stream.writeSSE({ event: 'event', id: writePlace(event), data: JSON.stringify(eventView(event)) })
        }
        if (events.length === 0) await stream.write(HEARTBEAT)
      }
      try {
        await stream.writeSSE({ event: 'ready', data: '' })
        await send(first)
        for await (const events of tail.follow(project, from, gone.signal)) {
          if (events.length > 0 || Math.abs(now() - sentAt) >= HEARTBEAT_MS) await send(events)
        }
      } finally {
        streams -= 1
      }
    })
  })
}
