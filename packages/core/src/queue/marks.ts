import type { Outcome } from './contract.ts'
import type { FlushResult } from './flush.ts'

/**
 * Tells those who wait when everything that was counted in before their call has been counted out, in whatever order.
 *
 * A wait costs the same however much is held: what is held is counted by the spans between the places where somebody
 * began to wait, not one by one.
 */
export interface Marks {
  /** Counts one in, and returns its place. */
  add(): number
  /** Counts out what had these places. */
  settle(entries: readonly { readonly seq: number }[], kind: Outcome['kind']): void
  /** Calls `done` when all that is in has been counted out: at once, when nothing is. */
  wait(done: (result: FlushResult) => void): Mark
}

/** One wait. */
export interface Mark {
  /** The last place that it covers. */
  readonly until: number
  /** How many it still waits for. */
  left(): number
  /** Ends the wait. */
  cancel(): void
}

type Counts = { -readonly [Kind in keyof FlushResult]: number }

/** What was counted in after the wait that ended the span before, up to the wait that ended this one. */
interface Span {
  until: number
  held: number
  readonly out: Counts
  readonly waiting: Set<(passed: FlushResult) => void>
}

export function createMarks(): Marks {
  /** Spans that somebody's wait ended, oldest first. The last one is still open. */
  const spans: Span[] = [openSpan()]
  /** Sum of the spans that have been passed by. */
  const passed = zero()
  /** Sum of everything that was ever counted out. */
  const total = zero()
  let lastSeq = 0

  /** The first span from `seq` on. */
  function indexOf(seq: number): number {
    let low = 0
    let high = spans.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((spans[middle] as Span).until < seq) low = middle + 1
      else high = middle
    }
    return low
  }

  function pass(): void {
    while (spans.length > 1 && spans[0]?.held === 0) {
      const { out, waiting } = spans.shift() as Span
      count(passed, out)
      for (const done of waiting) done(passed)
    }
  }

  /** Ends the open span here, unless nothing was counted in since the last one ended. */
  function close(): Span {
    const last = spans.at(-2)
    if (last?.until === lastSeq) return last
    const span = spans.at(-1) as Span
    span.until = lastSeq
    spans.push(openSpan())
    return span
  }

  /** A span that nobody waits for any more becomes a part of the next one. */
  function dissolve(span: Span): void {
    const index = indexOf(span.until)
    const next = spans[index + 1]
    if (spans[index] !== span || !next) return
    count(next.out, span.out)
    next.held += span.held
    spans.splice(index, 1)
  }

  function left(until: number): number {
    let sum = 0
    for (const span of spans) if (span.until <= until) sum += span.held
    return sum
  }

  return {
    add() {
      ;(spans.at(-1) as Span).held += 1
      lastSeq += 1
      return lastSeq
    },
    settle(entries, kind) {
      tally(total, kind, entries.length)
      // Nobody waits, as nearly always.
      if (spans.length === 1) countOut(spans[0] as Span, kind, entries.length)
      else {
        for (const { seq } of entries) countOut(spans[indexOf(seq)] as Span, kind, 1)
        pass()
      }
    },
    wait(done) {
      const before = { ...total }
      const span = close()
      const { until } = span
      const ended = (sum: FlushResult): void =>
        done({
          delivered: sum.delivered - before.delivered,
          duplicates: sum.duplicates - before.duplicates,
          dropped: sum.dropped - before.dropped,
        })
      span.waiting.add(ended)
      pass()
      return {
        until,
        left: () => left(until),
        cancel() {
          if (span.waiting.delete(ended) && span.waiting.size === 0) dissolve(span)
        },
      }
    },
  }
}

function countOut(span: Span, kind: Outcome['kind'], entries: number): void {
  span.held -= entries
  tally(span.out, kind, entries)
}

function tally(sum: Counts, kind: Outcome['kind'], entries: number): void {
  sum[kind === 'dropped' ? kind : 'delivered'] += entries
  if (kind === 'duplicate') sum.duplicates += entries
}

function zero(): Counts {
  return { delivered: 0, duplicates: 0, dropped: 0 }
}

function openSpan(): Span {
  return { until: Number.POSITIVE_INFINITY, held: 0, out: zero(), waiting: new Set() }
}

function count(sum: Counts, { delivered, duplicates, dropped }: FlushResult): void {
  sum.delivered += delivered
  sum.duplicates += duplicates
  sum.dropped += dropped
}
