const TODAY = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const EARLIER = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** The time of day for today's events, with the date for others, in the reader's own zone. */
export function formatTime(iso: string): string {
  const date = new Date(iso)
  const format = date.toDateString() === new Date().toDateString() ? TODAY : EARLIER
  return format.format(date)
}

const COUNT = new Intl.NumberFormat()

export function formatCount(count: number): string {
  return COUNT.format(count)
}

/** Minor units as people write them: 4990 EUR as 49.90 €. */
export function formatMoney(minorUnits: number, currency: string): string {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency })
  const { maximumFractionDigits = 2 } = format.resolvedOptions()
  return format.format(minorUnits / 10 ** maximumFractionDigits)
}
