import { describeKit } from './kit-contract.ts'

describeKit('Hono on a Cloudflare Worker', {
  example: 'cloudflare-worker',
  command: process.execPath,
  args: ['--import', 'tsx', 'start.ts', 'hono-worker.ts'],
})
