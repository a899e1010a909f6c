import { DROP_REASONS, type InvalidEvent } from '@threadline/schema'
import type { Count } from '../store/store.ts'
import { utcDay } from '../store/utc-day.ts'
import type { Arrival } from './event-row.ts'

/** Reasons that one request may bring. */
const MAX_REASONS = 20

/** Losses for one reason that one request may tell of: no queue holds as many events as that. */
const MAX_LOST = 1_000_000

/** What a server may call a reason. A page has the SDK's own: counters are kept for ever, and everybody has its key. */
const REASON = /^[a-z][a-z0-9_]{0,63}$/
const KNOWN: ReadonlySet<string> = new Set(DROP_REASONS)

/** Events that the sender gave up, as it reports them, bounded: what it says is not checked by anything. */
export function countLost(dropped: { readonly [reason: string]: number } = {}, arrival: Arrival): Count[] {
  return Object.entries(dropped)
    .filter(([, count]) => count > 0)
    .slice(0, MAX_REASONS)
    .map(([reason, count]) =>
      counted(arrival, { kind: 'lost', name: reasonOf(reason, arrival), count: Math.min(count, MAX_LOST) }),
    )
}

function reasonOf(given: string, { sender }: Arrival): string {
  return KNOWN.has(given) || (sender === 'sk' && REASON.test(given)) ? given : 'other'
}

/** Events that were refused, by their code. */
export function countInvalid(invalid: readonly InvalidEvent[], arrival: Arrival): Count[] {
  return invalid.map(({ code }) => counted(arrival, { kind: 'invalid', name: code, count: 1 }))
}

/** Server-owned events that a browser sent, by name: a catalogue has few, so a sender cannot make up counters. */
export function countMisplaced(names: readonly string[], arrival: Arrival): Count[] {
  return names.map((name) => counted(arrival, { kind: 'misplaced', name, count: 1 }))
}

function counted({ project, receivedAt }: Arrival, what: Pick<Count, 'kind' | 'name' | 'count'>): Count {
  return { project, day: utcDay(receivedAt), ...what }
}
