import { describeFramework } from './contract.ts'

describeFramework('SvelteKit', {
  folder: 'sveltekit',
  build: ['vite/bin/vite.js', 'build'],
  serve: ['vite/bin/vite.js', 'preview', '--port', '0', '--strictPort'],
})
