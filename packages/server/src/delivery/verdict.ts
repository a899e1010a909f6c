import type { Outcome } from '@threadline/core'

/** What became of one event. */
export interface CaptureResult {
  /** Empty when the event was refused before it had one. */
  readonly eventId: string
  /** `dropped` when any destination did not take it; `duplicate` when all had it already. */
  readonly kind: Outcome['kind']
  /** By destination name; under the empty name when it was refused before it reached any. */
  readonly outcomes: { readonly [destination: string]: Outcome }
}

/** Puts the outcomes of all destinations together. */
export function captureResult(eventId: string, outcomes: CaptureResult['outcomes']): CaptureResult {
  return { eventId, kind: overall(Object.values(outcomes).map(({ kind }) => kind)), outcomes }
}

function overall(kinds: readonly Outcome['kind'][]): Outcome['kind'] {
  if (kinds.includes('dropped')) return 'dropped'
  return kinds.includes('delivered') ? 'delivered' : 'duplicate'
}
