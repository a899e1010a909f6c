import type { BenchEvent } from './event.ts'

/** A client under measurement. */
export interface Subject {
  /** One event; absent where the client has no such call, only batches. */
  readonly capture?: (event: BenchEvent) => void
  /** Takes many at once, in place of `capture`. Resolves when they may be forgotten. */
  readonly captureAll?: (events: readonly BenchEvent[]) => Promise<void>
  /** Sends what is held. Need not wait for the answers: the sink tells when everything has arrived. */
  readonly flush: () => Promise<unknown>
}

export interface SubjectParts {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly origin: string
}

export type CreateSubject = (parts: SubjectParts) => Subject | Promise<Subject>
