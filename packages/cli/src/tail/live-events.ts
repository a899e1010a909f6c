import { setTimeout as sleep } from 'node:timers/promises'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { z } from 'zod'
import { CliError } from '../cli-error.ts'
import { chunksOf, errorMessage, reasonOf, toCliError } from '../collector-answer.ts'
import type { Connection } from '../connection.ts'

/** One stored event as the collector streams it. */
export interface LiveEvent {
  /** The place after it: what `--after` takes. */
  readonly id: string
  readonly event: {
    readonly event: string
    readonly eventId: string
    readonly [field: string]: unknown
  }
  /** When it happened, corrected for the sender's clock: ISO 8601. */
  readonly occurredAt: string
  readonly receivedAt: string
  readonly sender: 'browser' | 'server'
}

const view: z.ZodType<Omit<LiveEvent, 'id'>> = z.object({
  event: z.looseObject({ event: z.string(), eventId: z.string() }),
  occurredAt: z.string(),
  receivedAt: z.string(),
  sender: z.enum(['browser', 'server']),
})

export interface LiveEventsOptions extends Connection {
  /** Go on after this place. The newest events come first without it. */
  readonly after: string | undefined
  readonly signal: AbortSignal
  /** Called when the connection is lost, before each try to get it back. Not for one that was only quiet. */
  readonly onReconnect: (reason: string) => void
}

/** An event is 64 KB at most; the answer says more about it. */
const MAX_MESSAGE_CHARACTERS = 1_000_000

const FIRST_DELAY_MS = 500
const MAX_DELAY_MS = 10_000

/**
 * Follows a collector's stream until `signal` aborts. A lost connection is taken up again where it broke, without a gap
 * and without a repetition.
 *
 * @throws CliError `access_denied` when the key may not read, `unavailable` when the first connection cannot be made or
 * the host is no collector.
 */
export async function* liveEvents(options: LiveEventsOptions): AsyncGenerator<LiveEvent> {
  const { signal, onReconnect } = options
  let { after } = options
  let failures = 0
  let isConnected = false
  while (!signal.aborted) {
    try {
      const body = await connect({ ...options, after })
      isConnected = true
      for await (const event of readEvents(body)) {
        failures = 0
        after = event.id
        yield event
      }
      onReconnect('the collector ended the stream')
    } catch (error) {
      if (signal.aborted) return
      if (!isConnected || error instanceof CliError) throw toCliError(error)
      if (!isSilence(error)) onReconnect(reasonOf(error))
    }
    await pause(Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** failures), signal)
    failures += 1
  }
}

/** A try that failed, with another one to follow. */
class Unavailable extends Error {}

async function connect({ host, key, after, signal }: LiveEventsOptions): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(`${host}/v1/live`, {
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${key}`,
      ...(after !== undefined && { 'last-event-id': after }),
    },
    redirect: 'manual',
    signal,
  })
  if (response.ok && response.body && isEventStream(response)) return response.body
  const message = await errorMessage(response)
  const { status } = response
  if (status === 401 || status === 403) throw new CliError('access_denied', `the collector refuses: ${message}`)
  if (status === 400) throw new CliError('usage', `the collector refuses: ${message}`)
  if (status === 429 || status >= 500) throw new Unavailable(`the collector answers ${status}: ${message}`)
  throw new CliError('unavailable', `${host} is no collector: it answers ${status}`)
}

function isEventStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') === true
}

async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<LiveEvent> {
  for await (const { event, id = '', data } of readMessages(body)) {
    if (event === 'event') yield { id, ...view.parse(JSON.parse(data)) }
  }
}

async function* readMessages(body: ReadableStream<Uint8Array>): AsyncGenerator<EventSourceMessage> {
  const messages: EventSourceMessage[] = []
  // Past the limit, the next call of `feed` throws.
  const parser = createParser({ onEvent: (message) => messages.push(message), maxBufferSize: MAX_MESSAGE_CHARACTERS })
  const decoder = new TextDecoder()
  for await (const chunk of chunksOf(body)) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    yield* messages.splice(0)
  }
}

/** `fetch` drops a stream that says nothing for five minutes, as that of a quiet project does. */
function isSilence(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Error && error.cause.name === 'BodyTimeoutError'
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}
