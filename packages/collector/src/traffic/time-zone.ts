const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** The clocks of a place, in whole milliseconds since the epoch. */
export interface TimeZone {
  readonly name: string
  /** What local clocks are ahead of UTC. */
  offset(at: number): number
  /** The local day of an instant as yyyymmdd. */
  dayOf(at: number): number
  /** The first instant of a local day (yyyymmdd). A day that the place left out begins and ends with the next one. */
  startOf(day: number): number
  /** When the local hour that holds `at` is over, or clocks change within it. */
  hourAfter(at: number): number
}

/**
 * Reads the clocks of a time zone by what `Intl` knows, so that all databases have the same days.
 *
 * @param name - An IANA name, for example `Europe/Berlin`.
 * @throws RangeError for a name that nobody knows.
 */
export function createTimeZone(name: string): TimeZone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })

  function offset(at: number): number {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
    const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
    return local - Math.floor(at / 1_000) * 1_000
  }

  /** The first instant with the offset that `late` has, where `early` has another. */
  function change(early: number, late: number): number {
    const after = offset(late)
    let [before, found] = [early, late]
    while (found - before > 1) {
      const middle = Math.floor((before + found) / 2)
      if (offset(middle) === after) found = middle
      else before = middle
    }
    return found
  }

  return {
    name,
    offset,
    dayOf: (at) => dayNumber(at + offset(at)),
    startOf(day) {
      const midnight = utcMidnight(day)
      const candidates = [offset(midnight - DAY_MS), offset(midnight + DAY_MS)].map((ahead) => midnight - ahead)
      const found = candidates.filter((at) => at + offset(at) === midnight)
      const [early, late] = [Math.min(...candidates), Math.max(...candidates)]
      // Clocks that go forward at midnight leave it out.
      return found.length > 0 ? Math.min(...found) : change(early - MINUTE_MS, late)
    },
    hourAfter(at) {
      const ahead = offset(at)
      const next = at + HOUR_MS - modulo(at + ahead, HOUR_MS)
      return offset(next) === ahead ? next : change(at, next)
    },
  }
}

/** The day some days later, or earlier, as yyyymmdd. */
export function addDays(day: number, days: number): number {
  return dayNumber(utcMidnight(day) + days * DAY_MS)
}

/** How many days from the first to the last, both included. */
export function countDays(from: number, to: number): number {
  return Math.round((utcMidnight(to) - utcMidnight(from)) / DAY_MS) + 1
}

/** Whether a day is a Monday. */
export function isMonday(day: number): boolean {
  return new Date(utcMidnight(day)).getUTCDay() === 1
}

function utcMidnight(day: number): number {
  return Date.UTC(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100)
}

function dayNumber(utcMs: number): number {
  const date = new Date(utcMs)
  return date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate()
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
}
