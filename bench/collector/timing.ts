export interface Timing {
  /** Durable events per second. */
  readonly perSecond: number
  /** Milliseconds until the answer. */
  readonly p50: number
  readonly p99: number
  /** CPU time of the process that writes, in microseconds; DuckDB runs inside it, PostgreSQL does not. */
  readonly cpuPerEvent: number
}

export function percentiles(times: readonly number[]): { p50: number; p99: number } {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
  return { p50: at(0.5), p99: at(0.99) }
}

export function median(timings: readonly Timing[]): Timing {
  const sorted = [...timings].sort((a, b) => a.perSecond - b.perSecond)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (!middle) throw new Error('nothing was measured')
  return middle
}
