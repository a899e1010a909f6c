import { defineConfig } from 'vitest/config'

const conditions = ['@threadline/source']

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { conditions: [...conditions, 'node', 'import', 'module', 'default'] },
        ssr: { resolve: { conditions: [...conditions, 'node', 'import', 'module', 'default'] } },
        test: {
          name: 'unit',
          include: ['packages/*/{src,test}/**/*.test.ts', 'scripts/**/*.test.ts'],
        },
      },
      {
        resolve: { conditions: [...conditions, 'node', 'import', 'module', 'default'] },
        ssr: { resolve: { conditions: [...conditions, 'node', 'import', 'module', 'default'] } },
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts', 'examples/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
