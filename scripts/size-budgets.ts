/** A bundle that a page might load, measured by `pnpm size`. */
export interface Budget {
  readonly name: string
  /** What the page imports. */
  readonly code: string
  /** Most bytes, minified and brotli-compressed. Raise one only in the commit that explains why. */
  readonly limitBytes: number
}

export const BUDGETS: readonly Budget[] = [
  {
    name: '@threadline/browser',
    code: `export { init, capture, getAnonymousId } from '@threadline/browser'`,
    limitBytes: 4_096,
  },
  {
    name: '@threadline/schema, defineEvents',
    code: `export { defineEvents } from '@threadline/schema'`,
    limitBytes: 512,
  },
]
