// The cases that every runtime has to pass. Runs in that runtime, bundled or from source; talks to the sink by `fetch`.

import { createServerClient } from '@threadline/server'
import type { SinkOrders, TenantState } from './sink-protocol.ts'

export interface CaseResult {
  readonly name: string
  /** Why it failed; absent when it passed. */
  readonly failure?: string
}

interface Tenant {
  readonly host: string
  order(orders: SinkOrders): Promise<unknown>
  state(): Promise<TenantState>
}

/** In module scope: constructing a client must be legal where timers, randomness and I/O are not. */
const shared: { host: string; client?: ReturnType<typeof createServerClient> } = { host: '' }
createServerClient({ key: 'sk_test', host: 'https://never.used' })

let tenants = 0

function tenantOf(origin: string, prefix: string): Tenant {
  tenants += 1
  const name = `${prefix}${tenants}`
  return {
    host: `${origin}/${name}`,
    async order(orders) {
      const response = await fetch(`${origin}/control/${name}/order`, { method: 'POST', body: JSON.stringify(orders) })
      return await response.json()
    },
    async state() {
      const response = await fetch(`${origin}/control/${name}/state`)
      return (await response.json()) as TenantState
    },
  }
}

function equal(actual: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (left !== right) throw new Error(`${left} is not ${right}`)
}

function ids(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `event_${index}`)
}

function clientOf({ host }: Tenant, options: object = {}) {
  return createServerClient({ key: 'sk_test', host, strict: false, onError: () => undefined, ...options })
}

const USER = { userId: 'user_42' }

const CASES: { readonly [name: string]: (tenant: Tenant) => Promise<void> } = {
  async 'delivers, compressed, in batches'(tenant) {
    const client = clientOf(tenant)
    const text = 'ü'.repeat(200)
    for (const eventId of ids(2_000)) client.capture({ event: 'a', ...USER, eventId, properties: { text } })
    equal(await client.flush(), { delivered: 2_000, duplicates: 0, dropped: 0 })
    const { stored } = await tenant.state()
    equal([...stored].sort(), ids(2_000).sort())
  },
  async 'retries a failing server'(tenant) {
    await tenant.order({ faults: [{ kind: 'status', status: 503 }, { kind: 'reset' }] })
    const client = clientOf(tenant)
    for (const eventId of ids(10)) client.capture({ event: 'a', ...USER, eventId })
    equal((await client.flush({ timeoutMs: 20_000 })).delivered, 10)
    equal((await tenant.state()).stored, ids(10))
  },
  async 'respects Retry-After'(tenant) {
    await tenant.order({ faults: [{ kind: 'status', status: 429, retryAfter: '1' }] })
    const client = clientOf(tenant)
    client.capture({ event: 'a', ...USER })
    await client.flush()
    const [first = 0, second = 0] = (await tenant.state()).requestTimes
    if (second - first < 950) throw new Error(`waited ${second - first} ms`)
  },
  async 'counts once what was stored but not answered'(tenant) {
    await tenant.order({ faults: [{ kind: 'lost-answer' }] })
    const client = clientOf(tenant)
    for (const eventId of ids(5)) client.capture({ event: 'a', ...USER, eventId })
    equal(await client.flush({ timeoutMs: 20_000 }), { delivered: 5, duplicates: 5, dropped: 0 })
    equal((await tenant.state()).stored, ids(5))
  },
  async 'gives up an answer that stalls, and tries again'(tenant) {
    await tenant.order({ faults: [{ kind: 'stalled-body' }] })
    const client = clientOf(tenant, { requestTimeoutMs: 500 })
    client.capture({ event: 'a', ...USER, eventId: 'event_0' })
    equal((await client.flush({ timeoutMs: 20_000 })).delivered, 1)
  },
  async 'isolates a poisoned event'(tenant) {
    await tenant.order({ poison: 'event_33' })
    const drops: unknown[] = []
    const client = clientOf(tenant, { onDrop: (event: { eventId: string }) => drops.push(event.eventId) })
    for (const eventId of ids(100)) client.capture({ event: 'a', ...USER, eventId })
    equal(await client.flush({ timeoutMs: 20_000 }), { delivered: 99, duplicates: 0, dropped: 1 })
    equal(drops, ['event_33'])
  },
  async 'does not follow redirects'(tenant) {
    await tenant.order({ faults: [{ kind: 'status', status: 302 }] })
    const reasons: string[] = []
    const client = clientOf(tenant, { onDrop: (_event: unknown, reason: string) => reasons.push(reason) })
    client.capture({ event: 'a', ...USER })
    equal((await client.flush()).dropped, 1)
    equal(reasons, ['unexpected_redirect'])
  },
  async 'captureNow tells the event’s verdict'(tenant) {
    const result = await clientOf(tenant).captureNow({ event: 'a', ...USER, eventId: 'event_0' })
    equal(result.kind, 'delivered')
  },
  async 'shutdown ends at its deadline and tells what was left'(tenant) {
    await tenant.order({ faults: [{ kind: 'silent' }] })
    const client = clientOf(tenant)
    client.capture({ event: 'a', ...USER, eventId: 'event_0' })
    const { timedOut, eventIds } = await client.shutdown({ timeoutMs: 300 })
    equal([timedOut, eventIds], [true, ['event_0']])
  },
  async 'refuses what is wrong with a code, and loses nothing else'(tenant) {
    const reasons: string[] = []
    const client = clientOf(tenant, { onDrop: (_event: unknown, reason: string) => reasons.push(reason) })
    client.capture({ event: 'a' })
    client.capture({ event: 'a', ...USER, value: 1.5, currency: 'EUR' })
    client.capture({ event: 'a', ...USER })
    equal((await client.flush()).delivered, 1)
    equal(reasons, ['missing_identity', 'invalid_value'])
  },
  async 'a scope carries the request’s ids and flushes through waitUntil'(tenant) {
    const client = clientOf(tenant)
    const work: Promise<unknown>[] = []
    const request = new Request('https://app.test/pay', { headers: { cookie: 'tl_id=visitor_12345' } })
    const scope = client.scope(request, { waitUntil: (promise) => work.push(promise) })
    scope.capture({ event: 'a', eventId: 'event_0' })
    scope.capture({ event: 'a', eventId: 'event_1' })
    equal([scope.anonymousId, work.length], ['visitor_12345', 1])
    await Promise.all(work)
    const { stored, requests } = await tenant.state()
    equal([stored, requests], [ids(2), 1])
  },
}

/** Runs every case, side by side. `prefix` keeps the sink's tenants of one runtime apart from another's. */
export async function runSuite(origin: string, prefix: string): Promise<CaseResult[]> {
  return await Promise.all(
    Object.entries(CASES).map(async ([name, run]): Promise<CaseResult> => {
      try {
        await run(tenantOf(origin, prefix))
        return { name }
      } catch (error) {
        return { name, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }
      }
    }),
  )
}

/** The client of many requests, made in module scope as on Workers. */
export function clientInRequest(host: string) {
  if (!shared.client || shared.host !== host) {
    shared.host = host
    shared.client = createServerClient({ key: 'sk_test', host, strict: false, flushIntervalMs: 50 })
  }
  return shared.client
}

/** A scope for one of them. */
export function scopeInRequest(host: string, waitUntil: (work: Promise<unknown>) => void) {
  const request = new Request('https://app.test/', { headers: { cookie: 'tl_id=visitor_12345' } })
  return clientInRequest(host).scope(request, { waitUntil })
}
