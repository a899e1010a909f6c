/** What a subject's page gives to the benchmark, as `window.subject`. */
export interface PageSubject {
  /** Starts the SDK as its documentation says, with `origin` for every service of its vendor. */
  init(origin: string): void
  /** Captures one event under `BENCH_EVENT`. */
  capture(properties: BenchProperties): void
}

export interface BenchProperties {
  readonly [name: string]: string | number | boolean
}

/** The event that the benchmark counts; none of the SDKs makes one of this name by itself. */
export const BENCH_EVENT = 'plan_viewed'
