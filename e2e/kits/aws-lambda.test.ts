import { nodeCommand } from './app-process.ts'
import { describeKit } from './kit-contract.ts'

// The instance is stopped (SIGSTOP) the moment it has answered: what was not delivered by then, these tests would miss.
describeKit('AWS Lambda, frozen between invocations', {
  example: 'aws-lambda',
  ...nodeCommand('start.ts'),
  https: true,
})
