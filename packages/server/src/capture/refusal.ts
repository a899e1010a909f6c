import type { DropReason } from '@threadline/core'
import type { TrackEvent } from '@threadline/schema'

/** Why an event cannot be taken: the reason for programs, and a message for people. */
export interface Refusal {
  readonly reason: DropReason
  readonly message: string
  /** Thrown to the caller whether or not the client is strict: it was asked for. */
  readonly thrown?: boolean
}

/** Whether what a step of the pipeline gave is a refusal. */
export function isRefusal(result: TrackEvent | Refusal): result is Refusal {
  return 'reason' in result
}
