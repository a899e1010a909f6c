/** One line of the collector's log: what happened, never who it happened to. */
export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly [detail: string]: string | number | undefined
}
