import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ReadKind } from '../store/guard-reads.ts'
import type { AppendOutcome, EventRow } from '../store/store.ts'
import type { ForwardName, ForwardOutcomes } from '../store/stored-forward.ts'

/** Seconds: from a commit on a fast disk to one that a checkpoint holds up. */
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Up to where a read is ended. */
const READ_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

const LAG = {
  name: 'threadline_forward_lag_seconds',
  help: 'Age of the oldest event that is still to be forwarded, by destination',
}

const PAUSED = { name: 'threadline_forward_paused', help: '1 while forwarding to a destination is paused' }

const FAILING = { name: 'threadline_forward_failing', help: '1 while nothing gets through to a destination' }

/** A number that is read when somebody asks for it; null where there is none. */
export interface Watched {
  readonly name: string
  readonly help: string
  readonly read: () => number | null | Promise<number | null>
}

/** One transaction that was committed. */
export interface Commit {
  readonly rows: readonly EventRow[]
  readonly outcomes: readonly AppendOutcome[]
  readonly seconds: number
}

/** How it stands with one destination. */
export interface WatchedForward extends ForwardName {
  readonly lagMs: number
  readonly isPaused: boolean
  readonly isFailing: boolean
}

export interface Metrics {
  /** One answered request. */
  request(method: string, status: number): void
  commit(commit: Commit): void
  /** How long a project had the thread that parses and checks what arrives; undefined: requests without a known key. */
  used(project: string | undefined, seconds: number): void
  /** One read that has ended, and how long it took without waiting for its turn. */
  read(kind: ReadKind, seconds: number): void
  /** What became of events that this collector forwarded. */
  forwarded(forward: ForwardName, counts: readonly ForwardOutcomes[]): void
  /** Shows from now on how it stands with destinations, whoever forwards to them. */
  watchForwards(read: () => Promise<readonly WatchedForward[]>): void
  /** Shows a number from now on. */
  watch(watched: Watched): void
  /** In Prometheus' text format, with the process's own numbers (CPU, memory, event loop). */
  text(options: { readonly withProjects: boolean }): Promise<string>
  readonly contentType: string
}

/**
 * Numbers about this process for Prometheus. They name no key, event or person; those that name projects are for whoever runs
 * the collector.
 */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const projects = new Registry()
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
  const eventsOfProjects = new Counter({
    name: 'threadline_project_events_total',
    help: 'Events by project and outcome',
    labelNames: ['project', 'outcome'],
    registers: [projects],
  })
  const threadOfProjects = new Counter({
    name: 'threadline_project_thread_seconds_total',
    help: 'Time that bodies and events took to parse and check, by project; none: requests without a known key',
    labelNames: ['project'],
    registers: [projects],
  })
  const commits = new Histogram({
    name: 'threadline_commit_seconds',
    help: 'Time of a transaction that stores events',
    buckets: BUCKETS,
    registers,
  })
  const reads = new Histogram({
    name: 'threadline_read_seconds',
    help: 'Time of a read, without waiting for its turn: of all people, or of one',
    labelNames: ['kind'],
    buckets: READ_BUCKETS,
    registers,
  })

  const forwardedEvents = new Counter({
    name: 'threadline_forwarded_events_total',
    help: 'Events that this collector forwarded, by destination and outcome',
    labelNames: ['project', 'destination', 'outcome'],
    registers: [projects],
  })

  return {
    forwarded({ project, name: destination }, counts) {
      for (const { outcome, count } of counts) forwardedEvents.inc({ project, destination, outcome }, count)
    },
    watchForwards(read) {
      const once = inOneRead(read)
      const show = (help: { name: string; help: string }, valueIn: (forward: WatchedForward) => number) =>
        new Gauge({
          ...help,
          labelNames: ['project', 'destination'],
          registers: [projects],
          async collect() {
            const forwards = await within(ANSWER_MS, once()).catch(() => [])
            this.reset()
            for (const each of forwards) this.set({ project: each.project, destination: each.name }, valueIn(each))
          },
        })
      show(LAG, ({ lagMs }) => lagMs / 1_000)
      show(PAUSED, ({ isPaused }) => Number(isPaused))
      show(FAILING, ({ isFailing }) => Number(isFailing))
    },
    request: (method, status) => requests.inc({ method, status }),
    commit({ rows, outcomes, seconds }) {
      outcomes.forEach((stored, index) => {
        const outcome = nameOf(stored)
        events.inc({ outcome })
        eventsOfProjects.inc({ project: rows[index]?.project ?? '', outcome })
      })
      commits.observe(seconds)
    },
    used: (project = '', seconds) => threadOfProjects.inc({ project }, seconds),
    read: (kind, seconds) => reads.observe({ kind }, seconds),
    watch({ name, help, read }) {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          const value = await read()
          if (value === null) this.reset()
          else this.set(value)
        },
      })
    },
    async text({ withProjects }) {
      const shown = [registry, ...(withProjects ? [projects] : [])]
      const texts = await Promise.all(shown.map((each) => each.metrics()))
      return texts.join('\n')
    },
    contentType: registry.contentType,
  }
}

function nameOf(outcome: AppendOutcome): string {
  if (outcome === 'refused') return 'refused'
  return outcome ? 'stored' : 'duplicate'
}

/** Longest that numbers of the database are waited for: those of this process must be told also when it does not answer. */
const ANSWER_MS = 2_000

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer in time')), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Whoever asks while it is being read gets the same. */
function inOneRead<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined
  return () => {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }
}
