/** What visits can be told apart by. */
export const DIMENSIONS = [
  'page',
  'entryPage',
  'exitPage',
  'channel',
  'source',
  'medium',
  'campaign',
  'referrer',
  'country',
  'region',
  'city',
  'device',
  'browser',
  'os',
  'event',
] as const

export type Dimension = (typeof DIMENSIONS)[number]

/** One of `values` is what a dimension has; the empty one stands for none. */
export interface Filter {
  readonly dimension: Dimension
  /** At least one, each once. */
  readonly values: readonly string[]
}

/** An event by its name, or a view of a page by its path. */
export type Goal = { readonly event: string } | { readonly path: string }

/**
 * Reads filters such as `country:DE`. Several of one dimension become one.
 *
 * @throws TypeError for one without a colon, or of an unknown dimension.
 */
export function parseFilters(texts: readonly string[]): readonly Filter[] {
  const filters = new Map<Dimension, Set<string>>()
  for (const text of texts) {
    const colon = text.indexOf(':')
    const dimension = DIMENSIONS.find((name) => name === text.slice(0, Math.max(colon, 0)))
    if (dimension === undefined) {
      throw new TypeError(`${JSON.stringify(text)} is no filter: write <dimension>:<value>, such as country:DE`)
    }
    const values = filters.get(dimension) ?? new Set()
    filters.set(dimension, values.add(text.slice(colon + 1)))
  }
  return Array.from(filters, ([dimension, values]) => ({ dimension, values: [...values] }))
}

/** A goal that begins with `/` is a path: no event's name does that it would be worth looking for. */
export function parseGoal(text: string): Goal {
  return text.startsWith('/') ? { path: text } : { event: text }
}
