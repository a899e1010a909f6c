import { describeFramework } from './contract.ts'

describeFramework('Astro with view transitions', {
  folder: 'astro',
  build: ['astro/astro.js', 'build'],
  serve: ['astro/astro.js', 'preview', '--port', '0'],
})
