// Runs the suite in a Worker, and serves requests that share one client.

import { clientInRequest, runSuite, scopeInRequest } from '../lib/runtime-suite.ts'

interface ExecutionContext {
  waitUntil(work: Promise<unknown>): void
}

interface Served {
  readonly event: { readonly event: string; readonly eventId: string }
  readonly context: ExecutionContext
}

/** What an app does that knows of no scopes. */
async function withoutScope(pathname: string, host: string, { event, context }: Served): Promise<Response> {
  const client = clientInRequest(host)
  const own = { ...event, userId: 'user_42' }
  if (pathname === '/bare/now') return new Response((await client.captureNow(own)).kind)
  client.capture(own)
  if (pathname === '/bare/background') context.waitUntil(client.flush())
  if (pathname === '/bare/flush') await client.flush()
  if (pathname === '/bare/stays') while (client.stats().pending > 0) await scheduler.wait(20)
  return new Response('captured')
}

declare const scheduler: { wait(ms: number): Promise<void> }

const handler = {
  async fetch(request: Request, _env: unknown, context: ExecutionContext): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const origin = searchParams.get('origin') ?? ''
    if (pathname === '/suite') return Response.json(await runSuite(origin, 'workerd'))
    const host = `${origin}/${searchParams.get('tenant')}`
    const event = { event: 'a', eventId: searchParams.get('eventId') ?? '' }
    if (pathname.startsWith('/bare')) return await withoutScope(pathname, host, { event, context })
    const scope = scopeInRequest(host, (work) => context.waitUntil(work))
    if (pathname === '/now') return new Response((await scope.captureNow(event)).kind)
    scope.capture(event)
    return new Response('captured')
  },
}

// biome-ignore lint/style/noDefaultExport: what a Worker is
export default handler
