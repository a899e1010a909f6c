// Runs the suite in a Worker, and serves requests that share one client.

import { captureInRequest, runSuite } from '../lib/runtime-suite.ts'

interface ExecutionContext {
  waitUntil(work: Promise<unknown>): void
}

const handler = {
  async fetch(request: Request, _env: unknown, context: ExecutionContext): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const origin = searchParams.get('origin') ?? ''
    if (pathname === '/suite') return Response.json(await runSuite(origin, 'workerd'))
    await captureInRequest(`${origin}/${searchParams.get('tenant')}`, searchParams.get('eventId') ?? '', (work) =>
      context.waitUntil(work),
    )
    return new Response('captured')
  },
}

// biome-ignore lint/style/noDefaultExport: what a Worker is
export default handler
