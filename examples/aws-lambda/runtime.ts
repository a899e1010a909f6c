import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import { handler } from './handler.ts'

// One instance of the function: takes an event, hands back the result. `start.ts` freezes it in between.

const FUNCTION_TIMEOUT_MS = 10_000

process.on('message', async (event: APIGatewayProxyEventV2) => {
  const deadline = Date.now() + FUNCTION_TIMEOUT_MS
  const context = { getRemainingTimeInMillis: () => deadline - Date.now() } as Context
  process.send?.(await handler(event, context))
})
process.send?.('ready')
