import { fileURLToPath } from 'node:url'
import { describeKit } from './kit-contract.ts'

const bun = fileURLToPath(new URL('../node_modules/.bin/bun', import.meta.url))

describeKit('Hono on Bun', {
  example: 'hono-bun',
  command: bun,
  args: ['--conditions=@threadline/source', 'server.ts'],
})
