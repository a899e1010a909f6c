import type { TrackEvent } from '@threadline/schema'
import type { CollectorOptions } from '../src/collector.ts'
import type { DialectOptions } from '../src/dialects/add-dialect-routes.ts'
import { KEYS, NOW, type TestCollector, testCollector } from './collector-setup.ts'

export const VISITOR = '0192f0c1-2d3e-7abc-8def-0123456789ab'

export const DIALECTS: DialectOptions = {
  funnelfizz: [{ cookie: 'session=abc', userId: 'staff_1', workspaceId: 'ws_1', siteId: 'site_1' }],
  servoki: [{ apiKey: 'servoki_test', site: 'example.com' }],
  analyse: [{ publicKey: 'pk_live_analyse' }],
  webAnalyzer: [{ apiKey: 'waa_test', websiteId: 7 }],
  posthog: [{ projectKey: 'phc_test' }],
  plausible: [{ domain: 'shop.example' }],
  umami: [{ websiteId: '94db1cb1-74f4-4a40-ad6c-962362670409' }],
}

/** A collector that the five services' clients may send to, and what it stored. */
export interface DialectCollector extends TestCollector {
  /** Stored events, oldest first, as they were captured. */
  stored(): Promise<readonly TrackEvent[]>
  /** Moves the collector's clock on. */
  advance(ms: number): void
}

export async function dialectCollector(options: Partial<CollectorOptions> = {}): Promise<DialectCollector> {
  let now = NOW
  // Addresses stay, to see that they were translated.
  const test = await testCollector({ dialects: DIALECTS, now: () => now, keepAddresses: true, ...options })
  return {
    ...test,
    advance(ms) {
      now += ms
    },
    async stored() {
      const response = await test.get('/v1/events?limit=1000', KEYS.reader)
      const { events }: { events: readonly { readonly event: TrackEvent }[] } = await response.json()
      return events.map(({ event }) => event).reverse()
    },
  }
}

/** Status and JSON body of an answer. */
export async function answerOf(response: Response): Promise<readonly [number, unknown]> {
  const text = await response.text()
  return [response.status, text === '' ? '' : JSON.parse(text)]
}
