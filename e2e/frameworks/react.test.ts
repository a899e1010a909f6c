import { describeFramework } from './contract.ts'

describeFramework('React 19 and react-router 7 under StrictMode', {
  folder: 'react',
  build: ['vite/bin/vite.js', 'build'],
  serve: ['vite/bin/vite.js', 'preview', '--port', '0', '--strictPort'],
})
