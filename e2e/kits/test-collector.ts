import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Store, startCollector } from '@threadline/collector'
import type { TrackEvent } from '@threadline/schema'

/** A person's timeline as the collector answers it. */
export interface Timeline {
  readonly person: { readonly userId: string | null; readonly anonymousIds: readonly string[] }
  readonly events: readonly { readonly event: TrackEvent; readonly sender: 'browser' | 'server' }[]
}

/** A real collector on a port and a folder of its own. */
export interface TestCollector {
  readonly url: string
  /** What an app needs to know of it. */
  readonly env: {
    readonly THREADLINE_HOST: string
    readonly THREADLINE_KEY: string
    readonly THREADLINE_PUBLIC_KEY: string
  }
  /** The person behind an id; `undefined` while the collector knows nobody. */
  timeline(id: string): Promise<Timeline | undefined>
  /** Polls until `holds`, and gives the timeline back; rejects with the last one after `timeoutMs` (60 000). */
  timelineWhere(id: string, holds: (timeline: Timeline) => boolean, timeoutMs?: number): Promise<Timeline>
  /** Payments by day and currency; days are yyyymmdd. */
  revenue(days: { readonly from: number; readonly to: number }): ReturnType<Store['revenue']>
  close(): Promise<void>
}

/** The key that pages send with. */
export const PUBLIC_KEY = 'pk_kits_e2e_0001'

const KEYS = { pk: PUBLIC_KEY, sk: 'sk_kits_e2e_0001', rk: 'rk_kits_e2e_0001' }
const POLL_MS = 200

/** Long enough for a busy machine: only a test that fails waits this long. */
const PATIENCE_MS = 60_000

export async function startTestCollector(): Promise<TestCollector> {
  const dataDir = await mkdtemp(join(tmpdir(), 'threadline-kits-'))
  const collector = await startCollector({ port: 0, dataDir, keys: Object.values(KEYS).map((key) => ({ key })) })

  async function read(path: string): Promise<Response> {
    const answer = await fetch(new URL(path, collector.url), { headers: { authorization: `Bearer ${KEYS.rk}` } })
    if (!answer.ok && answer.status !== 404) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }

  async function timeline(id: string): Promise<Timeline | undefined> {
    const answer = await read(`/v1/people/${encodeURIComponent(id)}/timeline`)
    return answer.status === 404 ? undefined : await answer.json()
  }

  return {
    url: collector.url,
    env: { THREADLINE_HOST: collector.url, THREADLINE_KEY: KEYS.sk, THREADLINE_PUBLIC_KEY: KEYS.pk },
    timeline,
    async timelineWhere(id, holds, timeoutMs = PATIENCE_MS) {
      const deadline = Date.now() + timeoutMs
      for (;;) {
        const found = await timeline(id)
        if (found && holds(found)) return found
        if (Date.now() > deadline) throw new Error(`not so in time: ${JSON.stringify(found, null, 1)}`)
        await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      }
    },
    revenue: (days) => collector.store.revenue('default', { days, mode: 'live' }),
    async close() {
      await collector.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
