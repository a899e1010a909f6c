import { type EventCatalogue, type StandardCatalogue, utf8Bytes } from '@threadline/schema'
import { createClient } from '../client/client.ts'
import type { ServerClientOptions } from '../client/options.ts'
import type { ServerClient } from '../client/server-client.ts'
import { refuseConnectionOptions } from '../transport/connection.ts'
import { fetchTransport } from '../transport/fetch.ts'
import { createAmbient, detached } from './async-context.ts'
import { systemClock } from './clock.ts'

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
  refuseConnectionOptions(options)
  return createClient(options, {
    clock: systemClock,
    random: Math.random,
    byteLength: utf8Bytes,
    detached,
    createAmbient,
    createTransport: () => fetchTransport(),
    isRequestBound,
  })
}

/** Cloudflare Workers, and Vercel's edge functions, which are such: a promise of one request hangs when another awaits it. */
function isRequestBound(): boolean {
  return 'WebSocketPair' in globalThis || 'EdgeRuntime' in globalThis
}
