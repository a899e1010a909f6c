import { readdirSync, readFileSync } from 'node:fs'
import type { TrackEvent } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { dialectCollector } from '../../test/dialect-setup.ts'

/** One request of another service's client, what it is answered, and what is stored of it. */
interface Vector {
  readonly name: string
  readonly request: {
    readonly method?: 'GET'
    readonly path: string
    readonly headers: { readonly [name: string]: string }
    readonly body?: unknown
  }
  readonly response: {
    readonly status: number
    readonly headers?: { readonly [name: string]: string }
    readonly body?: object
  }
  /** Whole, but for ids that the collector makes where the client brings none. */
  readonly events: readonly Partial<TrackEvent>[]
}

const FOLDER = new URL('../../test/dialect-vectors/', import.meta.url)

describe.each(readdirSync(FOLDER))('%s', (file) => {
  const vectors: readonly Vector[] = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))

  test.each(vectors)('$name', async ({ request, response, events }) => {
    const { collector, stored } = await dialectCollector()
    const { method = 'POST', path, headers, body } = request
    const answer = await collector.fetch(
      new Request(`http://collector.test${path}`, { method, headers, body: body ? JSON.stringify(body) : null }),
    )
    const text = await answer.text()
    expect(answer.status, text).toBe(response.status)
    for (const [name, value] of Object.entries(response.headers ?? {})) expect(answer.headers.get(name)).toBe(value)
    if (response.body) expect(JSON.parse(text)).toMatchObject(response.body)
    const inOrder = [...(await stored())].sort((a, b) => orderOf(a).localeCompare(orderOf(b)))
    expect(inOrder).toEqual(events.map((event) => ({ eventId: expect.any(String), ...event })))
  })
})

function orderOf({ eventId, event }: TrackEvent): string {
  return `${eventId} ${event.replace('$', '~')}`
}
