import { fileURLToPath } from 'node:url'
import { defaultClientConditions, defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('web', import.meta.url)),
  // Inside this workspace the packages are read from source, so that nothing has to be built before.
  resolve: { conditions: ['@threadline/source', ...defaultClientConditions] },
  build: {
    outDir: fileURLToPath(new URL('dist/web', import.meta.url)),
    emptyOutDir: true,
    // The content security policy allows no inline code and no data: URLs.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
})
