import type { EventCatalogue, StandardCatalogue } from '@threadline/schema'
import { createClient } from '../client/client.ts'
import type { ServerClientOptions } from '../client/options.ts'
import type { ServerClient } from '../client/server-client.ts'
import { openSpool } from '../spool/spool.ts'
import { refuseConnectionOptions } from '../transport/connection.ts'
import { fetchTransport } from '../transport/fetch.ts'
import { gzipWithZlib } from '../transport/gzip-zlib.ts'
import { createAmbient } from './ambient-node.ts'
import { systemClock } from './clock.ts'
import { detached } from './detached.ts'
import { textOf } from './text-of-buffer.ts'

/**
 * Makes a buffered client for Bun: its own `fetch`, which follows the proxy variables, gzip through `node:zlib`, and the
 * spool.
 *
 * Makes nothing but the object: no timer, no randomness, no look at the environment before the first capture.
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
    byteLength: Buffer.byteLength,
    textOf,
    detached,
    createAmbient,
    createTransport: () => fetchTransport({ gzip: async (text) => new Uint8Array(await gzipWithZlib(text)) }),
    openSpool,
  })
}
