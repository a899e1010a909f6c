/** The UTC day of an instant in ms since the epoch, as yyyymmdd: 20260131. */
export function utcDay(ms: number): number {
  return Number(new Date(ms).toISOString().slice(0, 10).replaceAll('-', ''))
}
