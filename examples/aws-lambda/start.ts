import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

// Stands in for AWS: an API Gateway in front of one instance, which is frozen (SIGSTOP) whenever it is not at work.
// Nothing in a frozen process moves, timers and sockets included, just as on Lambda.

const instance = fork(new URL('runtime.ts', import.meta.url), { execArgv: process.execArgv })
await once(instance, 'message')
instance.kill('SIGSTOP')

/** One invocation at a time, as an instance has it. */
let busy: Promise<unknown> = Promise.resolve()

function invoke(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const result = busy.then(async () => {
    instance.kill('SIGCONT')
    instance.send(event)
    const [answer] = await once(instance, 'message')
    instance.kill('SIGSTOP')
    return answer
  })
  busy = result
  return result
}

async function toEvent(request: IncomingMessage): Promise<APIGatewayProxyEventV2> {
  const { method = 'GET', url = '/', headers } = request
  const [rawPath = '/', rawQueryString = ''] = url.split('?', 2)
  const { cookie, ...others } = headers
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    headers: Object.fromEntries(Object.entries(others).map(([name, value]) => [name, String(value)])),
    requestContext: {
      domainName: headers.host ?? '',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '203.0.113.9', userAgent: '' },
    },
    body: await text(request),
    isBase64Encoded: false,
  } as APIGatewayProxyEventV2
}

const gateway = createServer(async (request, response) => {
  const { statusCode = 200, headers, cookies, body } = await invoke(await toEvent(request))
  response.statusCode = statusCode
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, String(value))
  if (cookies) response.setHeader('set-cookie', cookies)
  response.end(body)
})

gateway.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://localhost:${(gateway.address() as AddressInfo).port}`)
})

process.once('SIGTERM', () => {
  instance.kill('SIGKILL')
  gateway.close()
  gateway.closeAllConnections()
})
