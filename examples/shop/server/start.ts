import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { createServerClient } from '@threadline/server'
import { openAccounts } from './accounts.ts'
import { createShop } from './app.ts'

/** How long a request under way at the end may take. */
const GRACE_MS = 2_000

export interface StartShopOptions {
  /** Tried first; when it is taken, any free one. 0 is any. */
  readonly preferredPort: number
  readonly host: string
  readonly collectorUrl: string
  /** Where `/live` leads. Whoever reaches the shop gets there: fit for a demo on one's own machine. */
  readonly livePageUrl: () => Promise<string>
  /** The server's secret key at the collector (`sk_…`). */
  readonly serverKey: string
  /** Folder for the shop's own file, `shop.json`; made when missing. */
  readonly dataDir: string
  /** Folder that Vite wrote the front end to. */
  readonly webRoot: string
  /** Shared with Stripe; signs and verifies the webhooks. */
  readonly webhookSecret: string
  /** Where other services' browser clients send to; they do not run unless given. */
  readonly peersAt?: string | undefined
}

export interface Shop {
  readonly url: string
  /** Stops answering, delivers what was captured (at most 10 s), and resolves. */
  close(): Promise<void>
}

/** Starts the shop and resolves once it answers. Rejects when the data folder is not usable. */
export async function startShop(options: StartShopOptions): Promise<Shop> {
  const { preferredPort, host, collectorUrl, livePageUrl, serverKey, dataDir, webRoot, webhookSecret, peersAt } =
    options
  const accounts = openAccounts(join(dataDir, 'shop.json'))
  const client = createServerClient({
    key: serverKey,
    host: collectorUrl,
    onError: (error) => console.warn(`shop: ${error.code}: ${error.message}`),
  })
  let url = ''
  const app = createShop({
    accounts,
    client,
    collectorUrl,
    livePageUrl,
    webhookSecret,
    webRoot,
    origin: () => url,
    peersAt,
  })
  const server = createServer(getRequestListener(app.fetch))
  url = `http://${host}:${await listen(server, preferredPort, host)}`

  return {
    url,
    async close() {
      const closed = once(server, 'close')
      server.close()
      const impatient = setTimeout(() => server.closeAllConnections(), GRACE_MS)
      await closed
      clearTimeout(impatient)
      await client.shutdown({ timeoutMs: 10_000 })
    },
  }
}

async function listen(server: Server, preferredPort: number, host: string): Promise<number> {
  server.listen(preferredPort, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    if (preferredPort === 0 || !(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    return listen(server, 0, host)
  }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('The shop listens on no port.')
  return address.port
}
