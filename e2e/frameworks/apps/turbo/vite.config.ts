import { defineConfig } from 'vite'
import { FROM_SOURCES } from '../from-sources.ts'

export default defineConfig({
  ...FROM_SOURCES,
  appType: 'mpa',
  build: { rollupOptions: { input: ['index.html', 'pricing.html', 'account.html'] } },
})
