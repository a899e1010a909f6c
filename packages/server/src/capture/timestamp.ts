/** ISO 8601 with a date, a time and a zone: anything less would be read differently on different machines. */
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/

/** March 1973. What lies before it was meant in seconds: nobody tracked events then. */
const FIRST_EPOCH_MS = 100_000_000_000

/** An instant in the event's own form, or `undefined` for what is none. Numbers are milliseconds since the Unix epoch. */
export function toTimestamp(value: unknown): string | undefined {
  if (typeof value === 'number') return Math.abs(value) < FIRST_EPOCH_MS ? undefined : isoOf(value)
  if (typeof value === 'string') return ISO.test(value) && isDay(value) ? isoOf(Date.parse(value)) : undefined
  return isDate(value) ? isoOf(value.getTime()) : undefined
}

function isoOf(time: number): string | undefined {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

/** `Date.parse` makes 30 February the 1st or 2nd of March. */
function isDay(iso: string): boolean {
  const [year, month, day] = iso.slice(0, 10).split('-').map(Number) as [number, number, number]
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/** By its tag: a `Date` of another realm, as in Jest, is one. */
function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]'
}

/** Formats instants, keeping the last one: many events are captured in one millisecond. */
export function createTimestamps(): (now: number) => string {
  let lastNow = Number.NaN
  let last = ''
  return (now) => {
    if (now !== lastNow) {
      last = new Date(now).toISOString()
      lastNow = now
    }
    return last
  }
}
