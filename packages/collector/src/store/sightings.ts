import type { Columns } from './driver.ts'
import type { EventRow } from './store.ts'

/** When two ids were first seen together. */
export interface Sighting {
  /** At the earliest time that any event tells, in ms since the epoch. */
  readonly first_seen: number
  /** At the earliest time that an event from a secret key tells; null when only public keys told. */
  readonly server_seen: number | null
}

export const SIGHTING_COLUMNS = { first_seen: 'BIGINT', server_seen: 'BIGINT' } as const satisfies Columns

/**
 * Orders sightings by what they are worth, best first: what a secret key told by its time, then what only public keys told.
 * Everybody has a public key and can claim any time with it, so no claim may precede what a server has seen.
 */
export const BEST_SIGHTING = 'CASE WHEN server_seen IS NULL THEN 1 ELSE 0 END, coalesce(server_seen, first_seen)'

/** What a row alone tells. */
export function sightingOf({ ts, sender }: EventRow): Sighting {
  return { first_seen: ts, server_seen: sender === 'sk' ? ts : null }
}

/** The rest of `ON CONFLICT (…)` for a `table` of sightings: of both kinds the earlier time stays. */
export function keepEarliest(table: string): string {
  const [first, server] = [`${table}.first_seen`, `${table}.server_seen`]
  return `DO UPDATE SET first_seen = least(${first}, excluded.first_seen),
      server_seen = least(coalesce(${server}, excluded.server_seen), coalesce(excluded.server_seen, ${server}))
    WHERE excluded.first_seen < ${first} OR excluded.server_seen < coalesce(${server}, excluded.server_seen + 1)`
}

/** One of each that differ in nothing but the time, with the earliest times; in one order everywhere, which is that of locks. */
export function earliestOfEach<T extends Sighting>(found: readonly T[]): T[] {
  const firsts = new Map<string, T>()
  for (const each of found) {
    const { first_seen, server_seen, ...ids } = each
    const key = Object.values(ids).join('\0')
    const known = firsts.get(key)
    firsts.set(key, known ? { ...each, ...earlier(known, each) } : each)
  }
  return [...firsts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
}

function earlier(a: Sighting, b: Sighting): Sighting {
  const told = [a.server_seen, b.server_seen].filter((time) => time !== null)
  return {
    first_seen: Math.min(a.first_seen, b.first_seen),
    server_seen: told.length === 0 ? null : Math.min(...told),
  }
}
