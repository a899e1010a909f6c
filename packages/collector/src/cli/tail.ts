import type { EventView } from '../http/event-view.ts'
import type { CliContext } from './program.ts'

interface TailOptions {
  readonly url: string
  readonly key: string
  readonly json: boolean
}

/** Prints events as they are stored, until it is stopped or the collector ends the stream. */
export async function tail({ url, key, json }: TailOptions, { write, stopped }: CliContext): Promise<void> {
  const stopping = new AbortController()
  void stopped().then(() => stopping.abort())
  const response = await fetch(new URL('/v1/live', url), {
    headers: { authorization: `Bearer ${key}` },
    signal: stopping.signal,
  })
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  try {
    for await (const data of eventData(response.body)) write(json ? data : describe(JSON.parse(data)))
  } catch (error) {
    if (!stopping.signal.aborted) throw error
  }
}

/** The data of each `event` message of a stream of server-sent events, as this collector writes them: one line each. */
async function* eventData(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    text += value
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = /^data: ?(.+)$/m.exec(block)?.[1]
      if (data !== undefined && /^event: ?event$/m.test(block)) yield data
    }
  }
}

function describe({ event, occurredAt, sender }: EventView): string {
  const person = event.userId ?? event.anonymousId ?? ''
  const money = event.value === undefined ? '' : `  ${event.value} ${event.currency ?? ''}`
  return `${occurredAt}  ${sender.padEnd(7)}  ${event.event}  ${person}${money}`
}
