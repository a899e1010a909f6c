import type { EventErrorCode } from '@threadline/schema'

/** Why a row cannot become an event. Concerns this row only. */
export class RowError extends Error {
  override readonly name = 'RowError'
  readonly code: EventErrorCode

  constructor(code: EventErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
