const DAY_MS = 86_400_000

let last = { number: -1, day: 0 }

/** The UTC day of an instant in ms since the epoch, as yyyymmdd: 20260131. Events come mostly from one day, which is remembered. */
export function utcDay(ms: number): number {
  const number = Math.floor(ms / DAY_MS)
  if (number !== last.number) {
    last = { number, day: Number(new Date(ms).toISOString().slice(0, 10).replaceAll('-', '')) }
  }
  return last.day
}
