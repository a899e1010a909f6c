import { defaultClientConditions, defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  // The page reads other packages' sources, so that it can be built before they are.
  resolve: { conditions: ['@threadline/source', ...defaultClientConditions] },
  build: {
    target: 'es2022',
    // The collector's content security policy has no room for inline scripts, styles or data: fonts.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
})
