import type { SubscriptionRow } from './store.ts'

/** Changes kept of one subscription, newest first: enough for the instants that several of them may share. */
const KEPT = 10

/** What tells one state of a subscription from another. */
export type Terms = Pick<SubscriptionRow, 'billed' | 'plan' | 'billing_interval' | 'interval_count' | 'amount'>

/** A text for each state. */
export function termsKey({ billed, plan, billing_interval, interval_count, amount }: Terms): string {
  return JSON.stringify([billed, plan, billing_interval, interval_count, amount])
}

/** The newest changes among those of one subscription, each event once. The same whatever was merged first. */
export function mergeSteps(steps: readonly SubscriptionRow[]): readonly SubscriptionRow[] {
  const byEvent = new Map<string, SubscriptionRow>()
  for (const step of steps) {
    const known = byEvent.get(step.event)
    if (!known || compare(step, known) > 0) byEvent.set(step.event, step)
  }
  return [...byEvent.values()].sort((a, b) => b.changed_at - a.changed_at || compare(b, a)).slice(0, KEPT)
}

/**
 * The last of these changes. A provider's clock has seconds, so several may share an instant: there, each knows what it
 * changed, and they are put together end to end. Where what they say does not decide it, the greatest counts, so that every
 * order of arrival gives the same.
 */
export function latestStep(steps: readonly SubscriptionRow[]): SubscriptionRow | undefined {
  const instants = [...new Set(steps.map(({ changed_at }) => changed_at))].sort((a, b) => a - b)
  let latest: SubscriptionRow | undefined
  for (const instant of instants) {
    latest = lastOfInstant(
      steps.filter(({ changed_at }) => changed_at === instant),
      latest,
    )
  }
  return latest
}

function lastOfInstant(steps: readonly SubscriptionRow[], before: SubscriptionRow | undefined) {
  const balance = new Map<string, number>()
  const add = (key: string, count: number) => balance.set(key, (balance.get(key) ?? 0) + count)
  const reached = new Set(steps.filter(({ previous }) => previous !== null).map(termsKey))
  for (const step of steps) {
    const { previous } = step
    if (previous === null && reached.has(termsKey(step))) continue
    add(termsKey(step), 1)
    if (previous !== null) add(previous, -1)
  }
  // A way through states ends at the one that is come to more often than left; a round trip, where it began.
  const ends = steps.filter((step) => (balance.get(termsKey(step)) ?? 0) > 0)
  const start = before && termsKey(before)
  const returns = steps.filter((step) => termsKey(step) === start)
  const candidates = [ends, returns, steps].find(({ length }) => length > 0) ?? steps
  return [...candidates].sort(compare).at(-1)
}

/** An order that depends on nothing but the two. */
function compare(a: SubscriptionRow, b: SubscriptionRow): number {
  const rank = (row: SubscriptionRow) => [
    row.billed,
    row.plan,
    row.amount ?? 0,
    row.interval_count,
    row.previous ?? '',
    row.event,
  ]
  const [left, right] = [rank(a), rank(b)]
  for (const [index, value] of left.entries()) {
    const other = right[index]
    if (other !== undefined && value !== other) return value > other ? 1 : -1
  }
  return 0
}
