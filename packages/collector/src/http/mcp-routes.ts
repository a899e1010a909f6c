import { LIMITS } from '@threadline/schema'
import type { Hono } from 'hono'
import type { KeyKind, Keyring } from '../keys.ts'
import { requestTo } from '../mcp/ask.ts'
import { authorize, bearerKey } from './authorize.ts'
import type { RateLimiter } from './rate-limit.ts'
import { readJsonBody } from './read-body.ts'
import { errorResponse, RequestError } from './request-error.ts'

const MCP_PATH = '/mcp'

const USERS: readonly KeyKind[] = ['rk', 'sk']

/** Of a message that can bring no events: a hundred filters of the longest fit, and more. */
const MAX_READ_BYTES = 500_000

/** Where the collector asks itself. Nothing goes over a network, so the name is nobody's. */
const SELF = 'http://collector.invalid'

export interface McpRoutesOptions {
  readonly keyring: Keyring
  readonly rateLimiter: RateLimiter
  /** Answers a request as if it had come over the network. */
  readonly answer: (request: Request) => Promise<Response>
}

/**
 * `POST /mcp`: the Model Context Protocol over streamable HTTP, one message and one answer each, without sessions. A tool asks the
 * collector's own routes with the key of whoever calls it, so that limits and rights are theirs.
 */
export function addMcpRoutes(app: Hono, { keyring, rateLimiter, answer }: McpRoutesOptions): void {
  app.post(MCP_PATH, async (c) => {
    const request = c.req.raw
    refusePages(request)
    const key = bearerKey(request)
    const access = authorize(keyring, key, USERS)
    rateLimiter.take(access)
    const mayCapture = access.kind === 'sk'
    const parsedBody = await readJsonBody(request, mayCapture ? LIMITS.batchBytes : MAX_READ_BYTES)
    if (Array.isArray(parsedBody)) {
      throw new RequestError('invalid_request', 'several messages in one request: send each by itself')
    }
    // Loaded when first asked for: most collectors never are.
    const [{ WebStandardStreamableHTTPServerTransport }, { createMcpServer }] = await Promise.all([
      import('@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'),
      import('../mcp/mcp-server.ts'),
    ])
    const mcp = createMcpServer({
      mayCapture,
      ask: (asked) => answer(requestTo(SELF, key ?? '', asked)),
    })
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
    try {
      await mcp.connect(transport)
      return await transport.handleRequest(request, { parsedBody })
    } finally {
      await mcp.close()
    }
  })

  app.all(MCP_PATH, (c) => {
    const error = new RequestError(
      'method_not_allowed',
      `${c.req.method} ${MCP_PATH}: send each message by POST; there are no streams`,
    )
    const response = errorResponse(error)
    response.headers.set('allow', 'POST')
    return response
  })
}

/**
 * No page has a key for this, and one that made its own name point to this machine (DNS rebinding) has the host right as well: what
 * a browser always tells is that a page asks.
 *
 * @throws RequestError `origin_not_allowed`.
 */
function refusePages(request: Request): void {
  const origin = request.headers.get('origin')
  if (origin !== null)
    throw new RequestError('origin_not_allowed', `${MCP_PATH} may not be used from pages (${origin.slice(0, 200)})`)
}
