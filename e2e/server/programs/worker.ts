// Runs the suite in a Worker, and serves requests that share one client.

import { runSuite, scopeInRequest } from '../lib/runtime-suite.ts'

interface ExecutionContext {
  waitUntil(work: Promise<unknown>): void
}

const handler = {
  async fetch(request: Request, _env: unknown, context: ExecutionContext): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const origin = searchParams.get('origin') ?? ''
    if (pathname === '/suite') return Response.json(await runSuite(origin, 'workerd'))
    const scope = scopeInRequest(`${origin}/${searchParams.get('tenant')}`, (work) => context.waitUntil(work))
    const event = { event: 'a', eventId: searchParams.get('eventId') ?? '' }
    if (pathname === '/now') return new Response((await scope.captureNow(event)).kind)
    scope.capture(event)
    return new Response('captured')
  },
}

// biome-ignore lint/style/noDefaultExport: what a Worker is
export default handler
