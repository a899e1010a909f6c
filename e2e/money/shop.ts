import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollector } from '@threadline/collector'
import { createServerClient } from '@threadline/server'
import { nodeHandler } from '@threadline/server/express'
import { stripeWebhook } from '@threadline/server/stripe'
import { SECRET, stripe } from '../../packages/server/test/stripe-fixtures.ts'

/** A server that takes Stripe's webhooks at `/<project>`, and the collector that it captures to. */
export interface Shop {
  readonly url: string
  readonly collectorUrl: string
  close(): Promise<void>
}

/** Opens a shop with the projects; on an embedded database, or on the PostgreSQL of `databaseUrl`. */
export async function openShop(projects: readonly string[], databaseUrl?: string): Promise<Shop> {
  const dataDir = await mkdtemp(join(tmpdir(), 'threadline-money-'))
  const keys = projects.flatMap((project) =>
    [`sk_${project}_0001`, `rk_${project}_0001`].map((key) => ({ key, project })),
  )
  const collector = await startCollector({ port: 0, dataDir, keys, ...(databaseUrl !== undefined && { databaseUrl }) })
  const clients = projects.map((project) => createServerClient({ host: collector.url, key: `sk_${project}_0001` }))
  const handlers = new Map(
    clients.map((client, index) => [
      `/${projects[index]}`,
      nodeHandler(stripeWebhook({ client, stripe, secret: SECRET, timeoutMs: 60_000 })),
    ]),
  )
  const server = createServer((request, response) =>
    handlers.get(request.url ?? '')?.(request, response, () => response.destroy()),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    collectorUrl: collector.url,
    async close() {
      await Promise.all(clients.map((client) => client.shutdown()))
      server.close()
      server.closeAllConnections()
      await collector.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
