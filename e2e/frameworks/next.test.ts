import { describeFramework } from './contract.ts'

describeFramework('Next, App Router', {
  folder: 'next',
  build: ['next/dist/bin/next', 'build', '--webpack'],
  serve: ['next/dist/bin/next', 'start'],
})
