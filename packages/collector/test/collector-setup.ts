import { onTestFinished } from 'vitest'
import { type Collector, type CollectorOptions, createCollector } from '../src/collector.ts'
import { openStore } from '../src/store/open-store.ts'
import type { Store } from '../src/store/store.ts'
import { migratedFolder } from './migrated-databases.ts'

export const KEYS = {
  browser: 'pk_test_browser',
  limited: 'pk_test_limited',
  server: 'sk_test_server',
  reader: 'rk_test_reader',
  other: 'sk_test_other_project',
} as const

export const NOW = Date.UTC(2026, 0, 31, 9, 30, 1)

export interface TestCollector {
  readonly collector: Collector
  readonly store: Store
  /** Posts to a path with a key; `body` is sent as JSON unless it is text or bytes already. */
  post(path: string, body: unknown, init?: PostInit): Promise<Response>
  get(path: string, key?: string): Promise<Response>
}

export interface PostInit {
  readonly key?: string | null
  readonly headers?: { readonly [name: string]: string }
}

/** A collector on a real DuckDB in a folder of its own, removed when the test ends. */
export async function testCollector(options: Partial<CollectorOptions> = {}): Promise<TestCollector> {
  const dataDir = await migratedFolder()
  const store = await openStore({ dataDir })
  const collector = createCollector({
    store,
    keys: [
      { key: KEYS.browser },
      { key: KEYS.limited, origins: ['https://shop.example', 'https://*.shop.example'] },
      { key: KEYS.server },
      { key: KEYS.reader },
      { key: KEYS.other, project: 'other' },
    ],
    now: () => NOW,
    ...options,
  })
  onTestFinished(async () => {
    await collector.close()
    await store.close()
  })

  return {
    collector,
    store,
    post(path, body, { key = KEYS.server, headers = {} } = {}) {
      const raw = typeof body === 'string' || body instanceof Uint8Array
      return collector.fetch(
        new Request(`http://collector.test${path}`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(key !== null && { authorization: `Bearer ${key}` }),
            ...headers,
          },
          body: raw ? new Uint8Array(Buffer.from(body)) : JSON.stringify(body),
        }),
      )
    },
    get(path, key = KEYS.reader) {
      const headers = key === '' ? {} : { authorization: `Bearer ${key}` }
      return collector.fetch(new Request(`http://collector.test${path}`, { headers }))
    },
  }
}

/** The body of a batch, sent at the collector's own time unless `sentAt` says otherwise. */
export function batch(events: readonly unknown[], fields: { readonly [field: string]: unknown } = {}): object {
  return { sentAt: new Date(NOW).toISOString(), events, ...fields }
}
