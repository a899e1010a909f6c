/** What an event costs of the time that one name has: ten a second in the long run. */
const EVENT_COST_MS = 100
/** How far a name may run ahead: 500 events in one go, as many as the queue holds. */
const BURST_MS = 50_000
/** Names that are remembered. More of them come from a loop that makes them up, which the queue's bounds hold. */
const MAX_NAMES = 100

/**
 * Says whether an event of a name may be captured now. A runaway loop must not flood, and each name has a limit of its own,
 * so that a loop over one event never costs another.
 */
export function createRateLimit(): (name: string, now: number) => boolean {
  const paidUntil = new Map<string, number>()

  return (name, now) => {
    if (paidUntil.size > MAX_NAMES) paidUntil.clear()
    const ahead = (paidUntil.get(name) ?? 0) - now
    // Further ahead than any burst: the clock was set back.
    const paid = EVENT_COST_MS + (ahead > 0 && ahead <= BURST_MS ? ahead : 0)
    if (paid > BURST_MS) return false
    paidUntil.set(name, now + paid)
    return true
  }
}
