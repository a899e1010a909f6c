import type { LogEntry } from '../log-entry.ts'
import { createOutgoingFetch } from '../outgoing-fetch.ts'
import type { Days, Store } from '../store/store.ts'
import type { ForwardName, ForwardOutcomes, ForwardTrouble, StoredForward } from '../store/stored-forward.ts'
import { systemClock } from './clock.ts'
import { type Forward, type ForwardConfig, resolveForwards } from './forward-options.ts'
import { type Forwarder, startForwarder } from './forwarder.ts'

/** How it stands with one destination. */
export interface ForwardStatus {
  readonly name: string
  /** Of the destination, for example `posthog`. */
  readonly destination: string
  /** Whether the service counts an event that comes twice once. */
  readonly dedupes: boolean
  /** Names of the events that are forwarded; null when it is all. */
  readonly events: readonly string[] | null
  readonly consent: 'analytics' | 'ads'
  /** In ms since the epoch; null when it began with the next event. */
  readonly from: number | null
  readonly begunAt: number
  /** Of the events that were there when it began, the part that is done, 0 to 1; null when it began with the next event. */
  readonly progress: number | null
  readonly pausedAt: number | null
  /** Age of the oldest event that has no verdict, in ms; 0 when there is none. */
  readonly lagMs: number
  readonly deliveredAt: number | null
  readonly trouble: ForwardTrouble | null
  /** Events by what became of them. */
  readonly outcomes: { readonly [outcome: string]: number }
}

/** For monitoring. */
export interface ForwardGauge extends ForwardName {
  readonly lagMs: number
  readonly isPaused: boolean
  readonly isFailing: boolean
}

/** Forwards what is stored to the destinations that are configured, each for itself. */
export interface Forwarding {
  /** Those of a project, with what became of events on these days. */
  status(project: string, days: Days): Promise<readonly ForwardStatus[]>
  gauges(): Promise<readonly ForwardGauge[]>
  /** Stops until it is resumed, here and on all collectors of the database. False when there is none of this name. */
  pause(forward: ForwardName): Promise<boolean>
  resume(forward: ForwardName): Promise<boolean>
  /** Begins anew: now, or with the events that happened since `from` (ms since the epoch). */
  begin(forward: ForwardName, from: number | null): Promise<boolean>
  /** Resolves when what is stored from now on is forwarded, or the database did not answer, which is tried again. */
  readonly begun: Promise<void>
  /** Waits for requests under way, and notes how far it has come. */
  close(): Promise<void>
}

export interface ForwardingOptions {
  readonly forward: readonly ForwardConfig[]
  readonly store: Pick<Store, 'forwards' | 'engine'>
  readonly now: () => number
  readonly log: (entry: LogEntry) => void
  readonly onOutcomes: (forward: ForwardName, counts: readonly ForwardOutcomes[]) => void
}

/** @throws TypeError when the configuration is malformed. */
export function startForwarding({ forward, store, now, log, onOutcomes }: ForwardingOptions): Forwarding {
  const { forwards } = store
  const resolved = resolveForwards(forward)
  const fetch = createOutgoingFetch(process.env)
  const forwarders = new Map<Forward, Forwarder>(
    resolved.map((each) => [
      each,
      startForwarder({
        forward: each,
        store: forwards,
        // A data folder belongs to one process.
        isShared: store.engine === 'postgres',
        clock: systemClock,
        random: Math.random,
        fetch,
        log,
        onOutcomes: (counts) => onOutcomes(each, counts),
      }),
    ]),
  )

  function configured({ project, name }: ForwardName): Forward | undefined {
    return resolved.find((each) => each.project === project && each.name === name)
  }

  async function change(name: ForwardName, work: () => Promise<boolean>): Promise<boolean> {
    const known = configured(name)
    if (!known) return false
    const isChanged = await work()
    forwarders.get(known)?.look()
    return isChanged
  }

  async function lagOf({ project, place }: StoredForward): Promise<number> {
    const { events } = await forwards.page(project, place, 1)
    return events[0] ? Math.max(0, now() - events[0].storedAt) : 0
  }

  return {
    begun: Promise.all(Array.from(forwarders.values(), (each) => each.begun)).then(() => undefined),
    async status(project, days) {
      const counts = await forwards.counts(project, days)
      const stored = await forwards.list(project)
      const known = stored.flatMap((row) => {
        const found = configured(row)
        return found ? [{ row, found }] : []
      })
      return Promise.all(
        known.map(async ({ row, found }) => ({
          name: row.name,
          destination: found.destination.name,
          dedupes: found.destination.dedupes,
          events: found.events ? [...found.events] : null,
          consent: found.consent,
          from: row.from,
          begunAt: row.begunAt,
          progress: progressOf(row),
          pausedAt: row.pausedAt,
          lagMs: await lagOf(row),
          deliveredAt: row.deliveredAt,
          trouble: row.trouble,
          outcomes: Object.fromEntries(
            counts.filter(({ name }) => name === row.name).map(({ outcome, count }) => [outcome, count]),
          ),
        })),
      )
    },
    async gauges() {
      const rows = await Promise.all(resolved.map((each) => forwards.find(each)))
      return Promise.all(
        rows
          .flatMap((row) => row ?? [])
          .map(async (row) => ({
            project: row.project,
            name: row.name,
            lagMs: await lagOf(row),
            isPaused: row.pausedAt !== null,
            isFailing: row.trouble !== null,
          })),
      )
    },
    pause: (name) => change(name, () => forwards.pause(name, now())),
    resume: (name) => change(name, () => forwards.pause(name, null)),
    begin: (name, from) => change(name, () => forwards.begin(name, from, now())),
    async close() {
      await Promise.all([...forwarders.values()].map((each) => each.close()))
    },
  }
}

/** Of the positions that were there at the beginning, the part that is passed. */
function progressOf({ from, place, firstPosition, goalPosition }: StoredForward): number | null {
  if (from === null) return null
  const all = goalPosition - firstPosition
  return all <= 0 ? 1 : Math.min(1, Math.max(0, (place.position - firstPosition) / all))
}
