/** One request to a destination, once its outcome is known. */
export interface RequestReport {
  /** The destination's name. */
  readonly destination: string
  /** Milliseconds from its start to the end of the answer, or to the failure. */
  readonly durationMs: number
  /** HTTP status of the answer; `undefined` when none came. */
  readonly status: number | undefined
  /**
   * Why no answer came: `timeout`, `aborted` at shutdown, or the code of what the transport rejected with, such as
   * `ECONNREFUSED`. `undefined` when one came, and for a failure without a code.
   */
  readonly failure: string | undefined
}
