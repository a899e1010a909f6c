import { expect } from 'vitest'
import { SERVER_KEY } from './keys.ts'

/** A stream of `GET /v1/live`, and what it has shown so far. */
export interface LiveStream {
  /** `eventId` of what it showed, in its order. */
  readonly shown: readonly string[]
  /** The `id` of the last event, to go on from. */
  lastId(): string
  /** Resolves when it has shown so many events. */
  hasShown(count: number): Promise<void>
  close(): void
}

/** Opens a stream; `from` is the `id` of the last event that an earlier one showed. Resolves when it is ready. */
export async function openLiveStream(url: string, from?: string): Promise<LiveStream> {
  const closing = new AbortController()
  const headers = { authorization: `Bearer ${SERVER_KEY}`, ...(from !== undefined && { 'last-event-id': from }) }
  const response = await fetch(`${url}/v1/live`, { headers, signal: closing.signal })
  expect(response.status).toBe(200)
  const shown: string[] = []
  let lastId = from ?? ''
  let ready = false

  function take(message: string): void {
    if (/^event: ready$/m.test(message)) ready = true
    const data = /^data: (\{.*)$/m.exec(message)?.[1]
    if (data === undefined) return
    const { event }: { event: { eventId: string } } = JSON.parse(data)
    shown.push(event.eventId)
    lastId = /^id: (.*)$/m.exec(message)?.[1] ?? lastId
  }

  async function read(): Promise<void> {
    let text = ''
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    for (let chunk = await reader?.read(); chunk?.value !== undefined; chunk = await reader?.read()) {
      const messages = (text + chunk.value).split('\n\n')
      text = messages.pop() ?? ''
      for (const message of messages) take(message)
    }
  }

  read().catch(() => undefined)
  await expect.poll(() => ready, { timeout: 60_000 }).toBe(true)
  return {
    shown,
    lastId: () => lastId,
    hasShown: (count) => expect.poll(() => shown.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(count),
    close: () => closing.abort(),
  }
}
