import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { createServerClient } from '@threadline/server'
import { openAccounts } from './accounts.ts'
import { createShop } from './app.ts'

/** How long a request under way at the end may take. */
const GRACE_MS = 2_000

export interface StartShopOptions {
  /** 0 takes a free one. */
  readonly port: number
  readonly host: string
  readonly collectorUrl: string
  /** The server's secret key at the collector (`sk_…`). */
  readonly serverKey: string
  /** Folder for the shop's own file, `shop.json`; made when missing. */
  readonly dataDir: string
  /** Folder that Vite wrote the front end to. */
  readonly webRoot: string
  /** Shared with Stripe; signs and verifies the webhooks. */
  readonly webhookSecret: string
}

export interface Shop {
  readonly url: string
  /** Stops answering, delivers what was captured (at most 10 s), and resolves. */
  close(): Promise<void>
}

/** Starts the shop and resolves once it answers. Rejects when the port is taken or the data folder is not usable. */
export async function startShop(options: StartShopOptions): Promise<Shop> {
  const { port, host, collectorUrl, serverKey, dataDir, webRoot, webhookSecret } = options
  const accounts = openAccounts(join(dataDir, 'shop.json'))
  const client = createServerClient({
    key: serverKey,
    host: collectorUrl,
    onError: (error) => console.warn(`shop: ${error.code}: ${error.message}`),
  })
  let url = ''
  const app = createShop({ accounts, client, collectorUrl, webhookSecret, webRoot, origin: () => url })
  const server = createServer(getRequestListener(app.fetch))
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The shop must listen on a TCP port.')
  url = `http://${host}:${address.port}`

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
