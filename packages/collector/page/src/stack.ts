/**
 * Where each part of a column ends when parts are put on top of each other: what is above zero grows up and what is
 * below grows down. Null where there is nothing to draw.
 *
 * @param series - for each series one value for each day.
 */
export function stack(series: readonly (readonly number[])[]): (number | null)[][] {
  const above: number[] = []
  const below: number[] = []
  return series.map((values) =>
    values.map((value, day) => {
      if (value === 0) return null
      const side = value > 0 ? above : below
      const end = (side[day] ?? 0) + value
      side[day] = end
      return end
    }),
  )
}
