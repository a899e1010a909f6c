import { nodeCommand } from './app-process.ts'
import { describeKit } from './kit-contract.ts'

describeKit('Fastify', { example: 'fastify', ...nodeCommand('server.ts') })
