import { describeFramework } from './contract.ts'

describeFramework('Vue 3 and vue-router', {
  folder: 'vue',
  build: ['vite/bin/vite.js', 'build'],
  serve: ['vite/bin/vite.js', 'preview', '--port', '0', '--strictPort'],
})
