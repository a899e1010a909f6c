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
    // The goal is 4 096: see docs/decisions/0023-browser-size.md.
    limitBytes: 5_824,
  },
  {
    name: 'browser: `initMinimal` in place of `init`, without stored events and pageviews',
    code: `export { initMinimal, capture, getAnonymousId } from '@threadline/browser'`,
    // The goal is 2 048: see docs/decisions/0023-browser-size.md.
    limitBytes: 5_248,
  },
  {
    name: 'browser: `createMinimalClient`, with every verb',
    code: `export { createMinimalClient } from '@threadline/browser'`,
    limitBytes: 6_336,
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
