import { defineConfig } from 'astro/config'
import { FROM_SOURCES } from '../from-sources.ts'

// biome-ignore lint/style/noDefaultExport: what Astro asks for
export default defineConfig({ build: { format: 'file' }, devToolbar: { enabled: false }, vite: FROM_SOURCES })
