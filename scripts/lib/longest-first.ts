import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { root } from './packages.ts'

/**
 * The files that take longest, in that order, as measured on two cores. A long file that starts last leaves the other
 * worker with nothing to do until it ends. Vitest knows how long files took last time; a fresh clone, as in CI, does not,
 * and would go by their size, which tells little: the longest of all has fifty lines.
 */
export const LONGEST: readonly string[] = [
  'packages/collector/src/forwarding.test.ts',
  'packages/collector/src/store/sql-store.test.ts',
  'packages/collector/src/store/migrations.test.ts',
  'packages/collector/src/store/postgres-faults.test.ts',
  'packages/collector/src/openapi/document.test.ts',
  'packages/collector/src/hostile-streams.test.ts',
  'e2e/money/stories.test.ts',
  'e2e/packages/published.test.ts',
  'e2e/browser/refusal.test.ts',
  'e2e/browser/three-engines.test.ts',
  'e2e/packages/bundlers.test.ts',
  'e2e/collector/forwarding.test.ts',
  'e2e/money/sharing.test.ts',
  'e2e/packages/packages.test.ts',
  'e2e/browser/pageviews.test.ts',
  'e2e/collector/kill.test.ts',
  'e2e/browser/visitor.test.ts',
  'e2e/browser/privacy.test.ts',
  'e2e/kits/next.test.ts',
  'e2e/collector/hostile-bodies.test.ts',
  'e2e/server/spool.test.ts',
  'e2e/cli/backfill.test.ts',
  'e2e/collector/page.test.ts',
  'e2e/cli/backup-kills.test.ts',
  'e2e/browser/extras.test.ts',
  'e2e/story/seed.test.ts',
  'e2e/collector/disk.test.ts',
  'e2e/packages/test-runners.test.ts',
]

/** Starts the {@link LONGEST} files of each group first, and the others in Vitest's order. */
export class LongestFirst extends BaseSequencer {
  override async sort(specs: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(specs)
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b))
  }
}

/** Where the file is among the longest; after them all for any other. */
function placeOf({ moduleId }: TestSpecification): number {
  const place = LONGEST.indexOf(relative(root, moduleId))
  return place === -1 ? LONGEST.length : place
}
