import { join } from 'node:path'
import { startCollector } from '@threadline/collector'
import { startShop } from '../server/start.ts'
import { buildFrontEnds, SHOP_WEB_ROOT } from './front-ends.ts'
import { PLACE_HEADERS } from './traffic/page-requests.ts'

/** The demo listens for this machine only. */
const HOST = '127.0.0.1'

/** Keys that are as public as this file: good for a collector that only this machine reaches. */
export const DEMO_KEYS = { browser: 'pk_demo', server: 'sk_demo', read: 'rk_demo' } as const

/** {@link DEMO_KEYS} as the collector is configured with them. */
export const DEMO_KEYRING = Object.values(DEMO_KEYS).map((key) => ({ key }))

/** What all collectors of the demo are told. */
export const DEMO_COLLECTOR = { host: HOST, keys: DEMO_KEYRING, placeHeaders: PLACE_HEADERS } as const

export interface StartDemoOptions {
  /** Tried first; a port that is taken moves on to a free one, and 0 is any. */
  readonly collectorPort: number
  readonly shopPort: number
  /** Folder for the events and the shop's users; made when missing. */
  readonly dataDir: string
  /** Runs the browser clients of Segment and PostHog beside ours. @defaultValue false */
  readonly peers?: boolean
}

export interface Demo {
  readonly collectorUrl: string
  readonly shopUrl: string
  /** A link that opens the live page once. */
  livePageUrl(): Promise<string>
  /** Stops the shop, delivers what it captured, then closes the collector. */
  close(): Promise<void>
}

/** Builds the pages when they are stale, then starts the collector and the shop in this process. */
export async function startDemo({ collectorPort, shopPort, dataDir, peers = false }: StartDemoOptions): Promise<Demo> {
  await buildFrontEnds()
  const collector = await startCollector({
    ...DEMO_COLLECTOR,
    port: { prefer: collectorPort },
    dataDir: join(dataDir, 'collector'),
  })
  try {
    const shop = await startShop({
      preferredPort: shopPort,
      host: HOST,
      collectorUrl: collector.url,
      livePageUrl: () => collector.loginUrl(),
      serverKey: DEMO_KEYS.server,
      dataDir: join(dataDir, 'shop'),
      webRoot: SHOP_WEB_ROOT,
      webhookSecret: 'whsec_demo',
      peersAt: peers ? collector.url : undefined,
    })
    return {
      collectorUrl: collector.url,
      shopUrl: shop.url,
      livePageUrl: () => collector.loginUrl(),
      async close() {
        await shop.close()
        await collector.close()
      },
    }
  } catch (error) {
    await collector.close()
    throw error
  }
}
