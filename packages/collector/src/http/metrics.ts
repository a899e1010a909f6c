import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'

/** Seconds: from a commit on a fast disk to one that a checkpoint holds up. */
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export interface Metrics {
  /** One answered request. */
  request(method: string, status: number): void
  /** One transaction that was committed: what it stored, what it had before, and how long it took. */
  commit(outcome: { readonly stored: number; readonly duplicates: number; readonly seconds: number }): void
  /** In Prometheus' text format, with the process's own numbers (CPU, memory, event loop). */
  text(): Promise<string>
  readonly contentType: string
}

/** Numbers about this process for Prometheus. They name no project, key, event or person. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const requests = new Counter({
    name: 'threadline_requests_total',
    help: 'Answered requests',
    labelNames: ['method', 'status'],
    registers,
  })
  const events = new Counter({
    name: 'threadline_events_total',
    help: 'Events by outcome',
    labelNames: ['outcome'],
    registers,
  })
  const commits = new Histogram({
    name: 'threadline_commit_seconds',
    help: 'Time of a transaction that stores events',
    buckets: BUCKETS,
    registers,
  })

  return {
    request: (method, status) => requests.inc({ method, status }),
    commit({ stored, duplicates, seconds }) {
      events.inc({ outcome: 'stored' }, stored)
      events.inc({ outcome: 'duplicate' }, duplicates)
      commits.observe(seconds)
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
