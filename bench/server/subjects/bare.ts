// The floor: a loop that serialises and posts the same batches, and does nothing else. No queue, no checks, no retries.

import { createRequire } from 'node:module'
import { constants, gzip } from 'node:zlib'
import type { BenchEvent } from '../event.ts'
import type { Subject, SubjectParts } from '../subject.ts'

interface Undici {
  readonly Agent: new () => {
    request(options: object): Promise<{ readonly body: { text(): Promise<string> } }>
  }
}

const BATCH = 500

function compress(text: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gzip(text, { level: constants.Z_BEST_SPEED }, (error, bytes) => (error ? reject(error) : resolve(bytes)))
  })
}

function create({ origin }: SubjectParts, compressed: boolean): Subject {
  // The client's own undici, so that both send by the same means.
  const { Agent }: Undici = createRequire(import.meta.resolve('@threadline/server'))('undici')
  const agent = new Agent()
  let next = 0

  async function post(events: readonly BenchEvent[]): Promise<void> {
    const bodies = events.map((event) => {
      next += 1
      return JSON.stringify({
        eventId: `0190f7e6-2b7a-7cc3-9d4e-${String(next).padStart(12, '0')}`,
        event: event.event,
        timestamp: '2026-01-31T09:30:00.000Z',
        anonymousId: event.anonymousId,
        userId: event.userId,
        properties: event.properties,
        context: { library: '@threadline/server/0.0.0' },
      })
    })
    const text = `{"sentAt":"2026-01-31T09:30:00.000Z","events":[${bodies.join(',')}]}`
    const headers = { 'content-type': 'application/json', ...(compressed && { 'content-encoding': 'gzip' }) }
    const body = compressed ? await compress(text) : text
    const answer = await agent.request({ origin, path: '/v1/batch', method: 'POST', headers, body })
    await answer.body.text()
  }

  return {
    async captureAll(events) {
      for (let from = 0; from < events.length; from += BATCH) await post(events.slice(from, from + BATCH))
    },
    flush: () => Promise.resolve(),
  }
}

export const createBare = (parts: SubjectParts): Subject => create(parts, true)
export const createBarePlain = (parts: SubjectParts): Subject => create(parts, false)
