import {
  type AnyProperties,
  type EventCatalogue,
  type EventNameOf,
  type PropertiesOf,
  type StandardCatalogue,
  type TrackEvent,
  utf8Bytes,
} from '@threadline/schema'
import { createClient } from '../client/client.ts'
import type { ServerClientOptions } from '../client/options.ts'
import type { ServerClient } from '../client/server-client.ts'
import { createAmbient } from '../runtimes/async-context.ts'
import { systemClock } from '../runtimes/clock.ts'
import { memoryDestination } from './memory-destination.ts'

/** A captured event, its properties typed by the catalogue. */
export type CapturedEvent<Catalogue extends EventCatalogue, Name extends string> = Omit<
  TrackEvent,
  'event' | 'properties'
> & {
  readonly event: Name
  readonly properties?:
    | (Name extends EventNameOf<Catalogue> ? PropertiesOf<Catalogue, Name> : AnyProperties)
    | undefined
}

export interface TestClient<Catalogue extends EventCatalogue = StandardCatalogue> {
  /** For the code under test. */
  readonly client: ServerClient<Catalogue>
  /** What was captured so far, in order, without waiting; with a name, those events only, and typed. */
  captured(): readonly TrackEvent[]
  captured<Name extends EventNameOf<Catalogue> | (string & {})>(event: Name): readonly CapturedEvent<Catalogue, Name>[]
  /** Forgets what was captured, for `beforeEach`. */
  clear(): void
}

/** A client's options, but for where events go. */
export type TestClientOptions<Catalogue extends EventCatalogue> = Omit<
  ServerClientOptions<Catalogue>,
  'key' | 'host' | 'destination' | 'destinations' | 'transport' | 'spool'
>

/**
 * Makes a client for unit tests: the real one, with its checks, hooks and scopes, delivering to memory.
 *
 * Strict unless told otherwise: what it refuses fails the test that captured it.
 *
 * @example
 * ```ts
 * const { client, captured } = createTestClient()
 * await signUp(client, { email: 'ada@example.com' })
 * expect(captured('signup_completed')).toMatchObject([{ properties: { method: 'email' } }])
 * ```
 */
export function createTestClient<Catalogue extends EventCatalogue = StandardCatalogue>(
  options: TestClientOptions<Catalogue> = {},
): TestClient<Catalogue> {
  const destination = memoryDestination()
  const client = createClient<Catalogue>(
    { strict: true, flushOnExit: false, ...options, destination },
    {
      clock: systemClock,
      random: Math.random,
      byteLength: utf8Bytes,
      createAmbient,
      createTransport: () => () => Promise.resolve({ status: 200, header: () => null, body: '' }),
    },
  )

  function captured(): readonly TrackEvent[]
  function captured<Name extends string>(event: Name): readonly CapturedEvent<Catalogue, Name>[]
  function captured<Name extends string>(event?: Name): readonly (TrackEvent | CapturedEvent<Catalogue, Name>)[] {
    if (event === undefined) return [...destination.events]
    // What the catalogue says of its properties, the client has checked when it was captured.
    return destination.events.filter(
      (each): each is TrackEvent & CapturedEvent<Catalogue, Name> => each.event === event,
    )
  }

  return { client, captured, clear: destination.clear }
}
