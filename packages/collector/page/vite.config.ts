import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  build: {
    target: 'es2022',
    // The collector's content security policy has no room for inline scripts, styles or data: fonts.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
})
