import type { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Tail } from '../live/tail.ts'
import type { Store } from '../store/store.ts'
import { readPlace, writePlace } from './cursor.ts'
import { eventView } from './event-view.ts'
import type { Readers } from './readers.ts'
import { RequestError } from './request-error.ts'

/** Streams at once; each holds a connection and asks the store twice a second. */
const MAX_STREAMS = 100

/** What a new stream shows first. */
const FIRST_EVENTS = 50

export interface LiveRoutesOptions {
  readonly readers: Readers
  readonly store: Store
  readonly tail: Tail
}

/**
 * `GET /v1/live`: server-sent events, one `event` message per stored event, whose `id` a reconnecting client sends back
 * as `Last-Event-ID` to go on without a gap. A new stream begins with the newest events.
 */
export function addLiveRoutes(app: Hono, { readers, store, tail }: LiveRoutesOptions): void {
  let streams = 0

  app.get('/v1/live', async (c) => {
    const { project } = await readers.access(c.req.raw)
    if (streams >= MAX_STREAMS) {
      throw new RequestError('unavailable', `${MAX_STREAMS} live streams are open already`, { retryAfterS: 10 })
    }
    const last = c.req.header('last-event-id')
    const resumed = last === undefined ? undefined : readPlace(last)
    const first = resumed ? [] : [...(await store.latest(project, FIRST_EVENTS))].reverse()
    const from = resumed ?? first.at(-1) ?? { storedAt: 0, ts: 0, event: '', eventId: '' }
    streams += 1
    c.header('x-accel-buffering', 'no')
    return streamSSE(c, async (stream) => {
      const gone = new AbortController()
      stream.onAbort(() => gone.abort())
      const send = async (events: typeof first) => {
        for (const event of events) {
          await stream.writeSSE({ event: 'event', id: writePlace(event), data: JSON.stringify(eventView(event)) })
        }
      }
      try {
        await stream.writeSSE({ event: 'ready', data: '' })
        await send(first)
        for await (const events of tail.follow(project, from, gone.signal)) await send([...events])
      } finally {
        streams -= 1
      }
    })
  })
}
