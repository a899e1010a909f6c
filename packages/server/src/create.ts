import { type EventCatalogue, type StandardCatalogue, utf8Bytes } from '@threadline/schema'
import { createClient } from './client.ts'
import { systemClock } from './clock.ts'
import type { ServerClientOptions } from './options.ts'
import type { ServerClient } from './server-client.ts'
import { fetchTransport } from './transport/fetch.ts'

/**
 * Makes a buffered client for a runtime with `fetch`: Workers, edge functions, Deno and others.
 *
 * Makes nothing but the object: no timer, no randomness, no look at the environment before the first capture, so that
 * it may stand in module scope everywhere.
 *
 * @throws ThreadlineError `invalid_config`
 */
export function createServerClient<Catalogue extends EventCatalogue = StandardCatalogue>(
  options: ServerClientOptions<Catalogue>,
): ServerClient<Catalogue> {
  return createClient(options, {
    clock: systemClock,
    random: Math.random,
    byteLength: utf8Bytes,
    createTransport: () => fetchTransport(),
  })
}
