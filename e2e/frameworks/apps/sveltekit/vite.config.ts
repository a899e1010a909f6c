import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'
import { FROM_SOURCES } from '../from-sources.ts'

export default defineConfig({
  ...FROM_SOURCES,
  plugins: [sveltekit()],
  ssr: { resolve: { conditions: ['@threadline/source', 'node'] }, noExternal: [/^@threadline\//] },
})
