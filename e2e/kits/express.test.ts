import { nodeCommand } from './app-process.ts'
import { describeKit } from './kit-contract.ts'

describeKit('Express', { example: 'express', ...nodeCommand('server.ts') })
