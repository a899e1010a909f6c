import { captureSignedUp, createServerClient } from '@threadline/server'
import { fetchKit } from '@threadline/server/fetch'
import type { Env } from './env.ts'
import { startPage } from './start-page.ts'
import { userIdOf } from './user-id.ts'

interface Context {
  waitUntil(work: Promise<unknown>): void
}

type Handler = (request: Request, env: Env, context: Context) => Promise<Response>

function createHandler({ THREADLINE_HOST, THREADLINE_KEY }: Env): Handler {
  const client = createServerClient({ host: THREADLINE_HOST, key: THREADLINE_KEY })
  const kit = fetchKit({ client, proxy: { path: '/t', host: THREADLINE_HOST }, ipHeader: 'cf-connecting-ip' })

  // What a request captures is delivered after its response, by the context's waitUntil.
  return kit.wrap(async (request, track, env: Env, _context: Context) => {
    const { pathname } = new URL(request.url)
    if (request.method === 'POST' && pathname === '/signup') {
      const form = new URLSearchParams(await request.text())
      const userId = await userIdOf(form.get('email') ?? '')
      captureSignedUp(track, { userId, eventId: `signup:${userId}`, properties: { method: 'email' } })
      return Response.json({ userId })
    }
    return page(pathname, env)
  })
}

function page(pathname: string, { PAGE_SCRIPT, THREADLINE_PUBLIC_KEY }: Env): Response {
  const html = { 'content-type': 'text/html; charset=utf-8' }
  if (pathname === '/') return new Response(startPage(THREADLINE_PUBLIC_KEY), { headers: html })
  if (pathname === '/pricing') {
    // Caches may share it, so the kit sets no id here.
    return new Response('<!doctype html><title>Pricing</title>', {
      headers: { ...html, 'cache-control': 'public, max-age=300' },
    })
  }
  if (pathname === '/page.js') return new Response(PAGE_SCRIPT, { headers: { 'content-type': 'text/javascript' } })
  return new Response('There is no such page.', { status: 404 })
}

/** One for the isolate: its bindings come with the first request. */
let handler: Handler | undefined

// biome-ignore lint/style/noDefaultExport: what Workers ask for
export default {
  fetch(request: Request, env: Env, context: Context): Promise<Response> {
    handler ??= createHandler(env)
    return handler(request, env, context)
  },
}
