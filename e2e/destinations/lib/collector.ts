import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollector } from '@threadline/collector'
import type { TrackEvent } from '@threadline/schema'
import { CREDENTIALS } from './services.ts'

/** A collector that takes what the five services take, and what it stored. */
export interface ServicesCollector {
  readonly url: string
  /** The events of the person behind an id, oldest first; none while nobody has it. */
  timeline(id: string): Promise<readonly TrackEvent[]>
  stop(): Promise<void>
}

/** @param pageOrigin - Where pages may use the `pk_` key. */
export async function startServicesCollector({ pageOrigin = 'https://shop.example' } = {}): Promise<ServicesCollector> {
  const dataDir = await mkdtemp(join(tmpdir(), 'threadline-services-'))
  const { secretKey, readKey, cookie, workspaceId, siteId, publicKey, site, servokiKey } = CREDENTIALS
  const collector = await startCollector({
    port: 0,
    dataDir,
    keys: [{ key: secretKey }, { key: readKey }, { key: CREDENTIALS.pageKey, origins: [pageOrigin] }],
    dialects: {
      funnelfizz: [{ cookie, workspaceId, siteId, userId: 'staff_1' }],
      servoki: [{ apiKey: servokiKey, site }],
      analyse: [{ publicKey }],
      webAnalyzer: [{ apiKey: CREDENTIALS.webAnalyzerKey, websiteId: CREDENTIALS.websiteId }],
    },
  })
  return {
    url: collector.url,
    async timeline(id) {
      const response = await fetch(`${collector.url}/v1/people/${encodeURIComponent(id)}/timeline`, {
        headers: { authorization: `Bearer ${readKey}` },
      })
      if (response.status === 404) return []
      const { events }: { events: readonly { readonly event: TrackEvent }[] } = await response.json()
      return events.map(({ event }) => event)
    },
    async stop() {
      await collector.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
