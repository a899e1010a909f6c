/** What the Worker is configured with. */
export interface Env {
  readonly THREADLINE_HOST: string
  readonly THREADLINE_KEY: string
  readonly THREADLINE_PUBLIC_KEY: string
  /** The bundle of `web.ts`. */
  readonly PAGE_SCRIPT: string
}
