import type { Destination } from '@threadline/core'
import { checkProject } from '../keys.ts'
import type { ForwardName } from '../store/stored-forward.ts'

/** What is forwarded where. */
export interface ForwardOptions {
  /** From `@threadline/destinations`, or your own. */
  readonly destination: Destination
  /**
   * What it is called in the API, on the page and in metrics, and by which it finds its place again after a restart: 1 to 64 of
   * `A-Z a-z 0-9 _ . -`, once in a project.
   *
   * @defaultValue the name of the destination
   */
  readonly name?: string | undefined
  /** Whose events. @defaultValue `'default'` */
  readonly project?: string | undefined
  /** Names of the events that are forwarded. @defaultValue all */
  readonly events?: readonly string[] | undefined
  /**
   * Where it begins, the first time: `'now'` is with the next event; a day or an instant (ISO 8601, `2026-01-31`) is with the events that
   * happened since.
   *
   * @defaultValue `'now'`
   */
  readonly from?: string | undefined
  /**
   * `'analytics'` leaves out the events of people who refuse analytics, `'ads'` also those of people who have not agreed to
   * advertising.
   *
   * @defaultValue `'analytics'`
   */
  readonly consent?: 'analytics' | 'ads' | undefined
}

/** A destination alone is one with all defaults. */
export type ForwardConfig = Destination | ForwardOptions

/** {@link ForwardOptions}, checked and with their defaults. */
export interface Forward extends ForwardName {
  readonly destination: Destination
  readonly events: ReadonlySet<string> | undefined
  /** In ms since the epoch; null begins with the next event. */
  readonly from: number | null
  readonly consent: 'analytics' | 'ads'
}

const NAME = /^[\w.-]{1,64}$/

/** A day, or an instant in UTC. */
const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/

/** For messages. */
export const BEGINNINGS = 'from is now, a day such as 2026-01-31, or an instant such as 2026-01-31T09:30:00Z'

/** Reads `now`, a day or an instant: ms since the epoch, null for now, undefined when it is none of them. */
export function readBeginning(from: string): number | null | undefined {
  if (from === 'now') return null
  const ms = INSTANT.test(from) ? Date.parse(from) : Number.NaN
  return ms >= 0 ? ms : undefined
}

/** @throws TypeError when something is malformed, or a project has two of one name. */
export function resolveForwards(configs: readonly ForwardConfig[]): readonly Forward[] {
  const known = new Set<string>()
  return configs.map((config) => {
    const forward = resolve('encode' in config ? { destination: config } : config)
    const key = `${forward.project}/${forward.name}`
    if (known.has(key)) throw new TypeError(`forward: ${key} is there twice: give one of them another name`)
    known.add(key)
    return forward
  })
}

function resolve(options: ForwardOptions): Forward {
  const {
    destination,
    name = destination.name,
    project = 'default',
    events,
    from = 'now',
    consent = 'analytics',
  } = options
  if (!NAME.test(name)) throw new TypeError('forward: a name is 1 to 64 of A-Z a-z 0-9 _ . -')
  checkProject(project)
  const beginning = readBeginning(from)
  if (beginning === undefined) throw new TypeError(`forward: ${BEGINNINGS}`)
  if (events?.length === 0) throw new TypeError(`forward: ${name} names no event: leave events out to forward all`)
  return { project, name, destination, events: events && new Set(events), from: beginning, consent }
}
