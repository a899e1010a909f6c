import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './scripts/lib/longest-first.ts'

// Vite adds `import` and `require` itself. Named here they would reach Node as `--conditions`, and `require` would get
// ES modules.
const resolve = { conditions: ['@threadline/source', 'node', 'module'] }

// Without `module`, which reaches Node, too: what OpenTelemetry offers under it is for bundlers, and Node finds no file of it.
const unitResolve = { conditions: ['@threadline/source', 'node'] }

// Vitest's own choice on two cores is one. Most of the time goes into waiting for a database's disk.
const unitWorkers = Math.max(2, availableParallelism() - 1)

// Real browsers, databases, servers and other runtimes, after the unit tests, so that nothing of it competes with their
// timing.
const endToEnd = { testTimeout: 120_000, hookTimeout: 120_000, maxWorkers: 2, sequence: { groupOrder: 1 } }

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        resolve: unitResolve,
        ssr: { resolve: unitResolve },
        test: {
          name: 'unit',
          include: ['packages/*/{src,test,page}/**/*.test.ts', 'scripts/**/*.test.ts'],
          maxWorkers: unitWorkers,
          // A machine that does much else besides takes its time for a database or a process.
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve,
        ssr: { resolve },
        test: {
          ...endToEnd,
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: ['e2e/story/**', 'e2e/packages/test-runners/**', '**/node_modules/**'],
        },
      },
      {
        resolve,
        ssr: { resolve },
        test: {
          ...endToEnd,
          name: 'examples',
          include: ['e2e/story/**/*.test.ts', 'examples/**/*.test.ts'],
          globalSetup: 'e2e/story/build-shop.ts',
        },
      },
    ],
  },
})
