import { describeKit } from './kit-contract.ts'

describeKit('fetch handlers, on a Cloudflare Worker', {
  example: 'cloudflare-worker',
  command: process.execPath,
  args: ['--import', 'tsx', 'start.ts'],
})
