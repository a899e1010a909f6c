import { defineConfig } from 'vitest/config'

// Vite adds `import` and `require` itself. Named here they would reach Node as `--conditions`, and `require` would get
// ES modules.
const resolve = { conditions: ['@threadline/source', 'node', 'module'] }

// Without `module`, which reaches Node, too: what OpenTelemetry offers under it is for bundlers, and Node finds no file of it.
const unitResolve = { conditions: ['@threadline/source', 'node'] }

// Real browsers, databases, servers and other runtimes.
const endToEnd = { testTimeout: 120_000, hookTimeout: 120_000 }

// Groups run one after another, so that nothing competes with the timing of the unit tests or with a whole story.
export default defineConfig({
  test: {
    projects: [
      {
        resolve: unitResolve,
        ssr: { resolve: unitResolve },
        test: { name: 'unit', include: ['packages/*/{src,test,page}/**/*.test.ts', 'scripts/**/*.test.ts'] },
      },
      {
        resolve,
        ssr: { resolve },
        test: {
          ...endToEnd,
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: ['e2e/story/**', 'e2e/packages/test-runners/**', '**/node_modules/**'],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // One file at a time: all of them build the shop's pages into one folder.
        resolve,
        ssr: { resolve },
        test: {
          ...endToEnd,
          name: 'examples',
          include: ['e2e/story/**/*.test.ts', 'examples/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
