import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'

// Only for this repository, where the packages are read from their sources. Leave both out of your app.
const conditions = ['@threadline/source', 'module', 'browser', 'node', 'development|production']

export default defineConfig({
  plugins: [sveltekit()],
  resolve: { conditions },
  ssr: {
    resolve: { conditions: conditions.filter((condition) => condition !== 'browser') },
    noExternal: [/^@threadline\//],
  },
})
