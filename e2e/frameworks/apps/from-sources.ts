import type { UserConfig } from 'vite'

/** What every Vite app here needs: the packages' sources, and the collector's address from the environment. */
export const FROM_SOURCES: UserConfig = {
  envPrefix: 'PUBLIC_',
  // Beside the sources: several apps run at a time.
  cacheDir: '.vite',
  resolve: { conditions: ['@threadline/source', 'module', 'browser', 'development|production'] },
}
