import type { Members } from '../members.ts'

/** The two places in which an event says things. */
export interface Told {
  /** Its properties. */
  readonly bag: Members
  /** The members beside them. */
  readonly beside: Members
}
