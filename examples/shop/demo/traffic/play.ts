import { threadline } from '@threadline/destinations/threadline'
import { createServerClient } from '@threadline/server'
import { pageRequest } from './page-requests.ts'
import { captureBilling, captureServerEvents } from './server-events.ts'
import type { Billing, TrafficPlan, Visit } from './visits.ts'

/** Visits that end in the same span of this length are sent together, in its end. Pages keep nothing for longer than a day. */
const SPAN_MS = 6 * 3_600_000

const TRIES = 3
const PAGE_TIMEOUT_MS = 20_000
const FLUSH_TIMEOUT_MS = 60_000

export interface PlayOptions {
  readonly collectorUrl: string
  /** The pages' public key at the collector (`pk_…`), and the server's secret one (`sk_…`). */
  readonly keys: { readonly browser: string; readonly server: string }
  /** Moves the collector's clock on, before what happened until then is sent. */
  readonly moveClock: (now: number) => void
  readonly stopped: AbortSignal
  /** Called with the part that is done, 0 to 1. */
  readonly progress: (part: number) => void
}

export interface Played {
  readonly visits: number
  /** Visits whose pages the collector did not take, however often they tried. */
  readonly failed: number
}

/**
 * Plays a plan as it would have happened: pages and the server send as time goes on, each to the collector's real endpoint.
 * A visit that fails is counted and stops no other.
 *
 * Ends early when `stopped` aborts. Rejects when not one visit of a span arrives, or when the server's events do not: the collector is
 * gone then.
 */
export async function playTraffic(plan: TrafficPlan, options: PlayOptions): Promise<Played> {
  const { collectorUrl, keys, moveClock, stopped, progress } = options
  const destination = threadline({ host: collectorUrl, key: keys.browser, keyIn: 'body' })
  const client = createServerClient({ key: keys.server, host: collectorUrl })
  const spans = inSpans(plan)
  let failed = 0
  let visits = 0

  async function sendVisit(visit: Visit, now: number): Promise<boolean> {
    const { batch, request } = pageRequest(destination, visit, now)
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      try {
        const response = await fetch(request.url, { ...request, signal: AbortSignal.timeout(PAGE_TIMEOUT_MS) })
        const answer = { status: response.status, header: () => null, body: await response.text() }
        if (destination.verdict(answer, batch, now).kind === 'delivered') return true
      } catch {
        // No answer in time, or none at all: the next attempt tells.
      }
    }
    return false
  }

  try {
    for (const [index, span] of spans.entries()) {
      if (stopped.aborted) break
      moveClock(span.end)
      for (const visit of span.visits) captureServerEvents(client, visit)
      for (const billing of span.billings) captureBilling(client, billing)
      const [arrived] = await Promise.all([
        Promise.all(span.visits.map((visit) => sendVisit(visit, span.end))),
        client.flush({ timeoutMs: FLUSH_TIMEOUT_MS }),
      ])
      const lost = arrived.filter((isThere) => !isThere).length
      if (lost > 0 && lost === arrived.length) throw new Error(`the collector at ${collectorUrl} does not take visits`)
      failed += lost
      visits += arrived.length - lost
      progress((index + 1) / spans.length)
    }
    return { visits, failed }
  } finally {
    await client.shutdown()
  }
}

interface Span {
  /** When everything in it has happened, in milliseconds since the epoch. */
  readonly end: number
  readonly visits: readonly Visit[]
  readonly billings: readonly Billing[]
}

/** In the order of time. */
function inSpans({ visits, billings }: TrafficPlan): Span[] {
  const spans = new Map<number, { end: number; visits: Visit[]; billings: Billing[] }>()
  const spanAt = (at: number) => {
    const index = Math.floor(at / SPAN_MS)
    const span = spans.get(index) ?? { end: at, visits: [], billings: [] }
    spans.set(index, span)
    span.end = Math.max(span.end, at)
    return span
  }
  for (const visit of visits) spanAt(visit.steps.at(-1)?.at ?? 0).visits.push(visit)
  for (const billing of billings) spanAt(billing.at).billings.push(billing)
  return [...spans.values()].sort((a, b) => a.end - b.end)
}
