import { defineConfig } from 'vitest/config'

// Vite adds `import` and `require` itself. Named here they would reach Node as `--conditions`, and `require` would get
// ES modules.
const resolve = { conditions: ['@threadline/source', 'node', 'module'] }

// Real browsers, databases and servers: one file at a time, and after the unit tests, so that nothing competes with them.
const endToEnd = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  fileParallelism: false,
  sequence: { groupOrder: 1 },
}

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr: { resolve },
        test: { name: 'unit', include: ['packages/*/{src,test}/**/*.test.ts', 'scripts/**/*.test.ts'] },
      },
      { resolve, ssr: { resolve }, test: { name: 'e2e', include: ['e2e/**/*.test.ts'], ...endToEnd } },
      { resolve, ssr: { resolve }, test: { name: 'examples', include: ['examples/**/*.test.ts'], ...endToEnd } },
    ],
  },
})
