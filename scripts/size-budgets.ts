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
    name: 'browser: `init`, `capture`, `getAnonymousId`',
    code: `export { init, capture, getAnonymousId } from '@threadline/browser'`,
    // 6.5 KB with everything that is on by default: see docs/decisions/0023-browser-size.md.
    limitBytes: 6_656,
  },
  {
    name: 'schema: `defineEvents`',
    code: `export { defineEvents } from '@threadline/schema'`,
    limitBytes: 512,
  },
  {
    name: 'schema: `toMinorUnits`, `toMajorUnits`',
    code: `export { toMinorUnits, toMajorUnits } from '@threadline/schema'`,
    limitBytes: 1_024,
  },
  {
    name: 'destinations: `millimetric`, in place of the native one',
    code: `export { millimetric } from '@threadline/destinations/millimetric'`,
    limitBytes: 3_072,
  },
  {
    name: 'destinations: `analyse`, in place of the native one',
    code: `export { analyse } from '@threadline/destinations/analyse'`,
    limitBytes: 2_560,
  },
  {
    name: 'destinations: `funnelfizzVisitorId`, to share a visitor with its script',
    code: `export { funnelfizzVisitorId } from '@threadline/destinations/funnelfizz'`,
    limitBytes: 128,
  },
]
