/** ISO 8601 with a date, a time and a zone: anything less would be read differently on different machines. */
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/

/** An instant in the event's own form, or `undefined` for what is none. */
export function toTimestamp(value: unknown): string | undefined {
  if (isDate(value)) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  if (typeof value !== 'string' || !ISO.test(value)) return undefined
  const time = Date.parse(value)
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}

/** Also of another realm, as a file's times are in Jest. */
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
