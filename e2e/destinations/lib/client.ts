import type { Destination } from '@threadline/core'
import { createServerClient, type ServerClient } from '@threadline/server'
import { onTestFinished } from 'vitest'

/** A client, and what it reported. */
export interface Subject {
  readonly client: ServerClient
  /** `eventId: reason` of every event that was given up. */
  readonly drops: readonly string[]
  /** Codes of the errors it told. */
  readonly errors: readonly string[]
}

/** A client for `destinations`, shut down when the test ends. */
export function subject(...destinations: readonly Destination[]): Subject {
  const drops: string[] = []
  const errors: string[] = []
  const client = createServerClient({
    destinations,
    strict: false,
    onDrop: ({ eventId }, reason) => drops.push(`${eventId}: ${reason}`),
    onError: ({ code }) => errors.push(code),
  })
  onTestFinished(async () => {
    await client.shutdown({ timeoutMs: 1 })
  })
  return { client, drops, errors }
}
