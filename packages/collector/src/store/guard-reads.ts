import { createReadGate, type ReadGate } from './read-gate.ts'
import type { Store } from './store.ts'

/**
 * Reads at once. Each report on DuckDB uses all cores by itself; PostgreSQL runs each in a process of its own. Together they
 * are fewer than the connections for reads, so that live streams find one free.
 */
const AT_ONCE = {
  duckdb: { reports: 1, lookups: 1 },
  postgres: { reports: 2, lookups: 2 },
} as const

/** Whoever looks at a page gives up after about as long. */
const MAX_WAIT_MS = 10_000

/** Reads of one person take milliseconds, and an app may ask for those of a hundred visitors at once. */
const MAX_WAITING = {
  reports: { maxWaiting: 100, maxWaitingOfProject: 20, maxWaitMs: MAX_WAIT_MS },
  lookups: { maxWaiting: 1_000, maxWaitingOfProject: 250, maxWaitMs: MAX_WAIT_MS },
} as const

/** Reads of all people of a project, and of one person. */
export type ReadKind = 'reports' | 'lookups'

export interface GuardedReads {
  /** The same store, whose reads wait for their turn. Writing and the tail do not. */
  readonly store: Store
  /** Reads of all people of a project. */
  readonly reports: ReadGate
  /** Reads of one person. */
  readonly lookups: ReadGate
}

/**
 * Bounds what readers may ask of the database at once, so that writers keep their share of it. Reads of one person do not
 * wait behind reports.
 */
export function guardReads(store: Store, onRead: (kind: ReadKind, seconds: number) => void): GuardedReads {
  const atOnce = AT_ONCE[store.engine]
  const gate = (kind: ReadKind, name: string) =>
    createReadGate({ name, atOnce: atOnce[kind], ...MAX_WAITING[kind], onRead: (seconds) => onRead(kind, seconds) })
  const reports = gate('reports', 'reports')
  const lookups = gate('lookups', 'reads')

  const guarded: Store = {
    ...store,
    people: (project, query) => reports.run(project, () => store.people(project, query)),
    eventCounts: (project, days, among) => reports.run(project, () => store.eventCounts(project, days, among)),
    funnel: (project, query) => reports.run(project, () => store.funnel(project, query)),
    revenue: (project, query) => reports.run(project, () => store.revenue(project, query)),
    recurring: (project, mode) => reports.run(project, () => store.recurring(project, mode)),
    stages: (project, among) => reports.run(project, () => store.stages(project, among)),
    catalogue: (project, query) => reports.run(project, () => store.catalogue(project, query)),
    counts: (project, days, limit) => reports.run(project, () => store.counts(project, days, limit)),
    group: (project, groupId) => reports.run(project, () => store.group(project, groupId)),
    visits: {
      overview: (project, query) => reports.run(project, () => store.visits.overview(project, query)),
      series: (project, query) => reports.run(project, () => store.visits.series(project, query)),
      breakdown: (project, query) => reports.run(project, () => store.visits.breakdown(project, query)),
      attribution: (project, query) => reports.run(project, () => store.visits.attribution(project, query)),
      retention: (project, query) => reports.run(project, () => store.visits.retention(project, query)),
      people: (project, query) => reports.run(project, () => store.visits.people(project, query)),
      events: (project, query) => reports.run(project, () => store.visits.events(project, query)),
      online: (project, span) => reports.run(project, () => store.visits.online(project, span)),
    },
    person: (project, id) => lookups.run(project, () => store.person(project, id)),
    profile: (project, person) => lookups.run(project, () => store.profile(project, person)),
    timeline: (project, person, page) => lookups.run(project, () => store.timeline(project, person, page)),
    sessions: (project, person, span) => lookups.run(project, () => store.sessions(project, person, span)),
    stage: (project, person) => lookups.run(project, () => store.stage(project, person)),
    names: (project, ids) => lookups.run(project, () => store.names(project, ids)),
    latest: (project, limit) => lookups.run(project, () => store.latest(project, limit)),
  }
  return { store: guarded, reports, lookups }
}
