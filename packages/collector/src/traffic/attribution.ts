import type { Dimension } from './filters.ts'

/** What tells one arrival from another. */
export const ARRIVAL_DIMENSIONS = [
  'channel',
  'source',
  'medium',
  'campaign',
  'referrer',
] as const satisfies readonly Dimension[]

export type ArrivalDimension = (typeof ARRIVAL_DIMENSIONS)[number]

/** Which arrival of a person has the credit for what they did later. */
export const ATTRIBUTIONS = ['first', 'last'] as const

export type Attribution = (typeof ATTRIBUTIONS)[number]
