import { captureSignedUp, createServerClient } from '@threadline/server'
import { honoKit } from '@threadline/server/hono'
import { Hono } from 'hono'
import type { Env } from './env.ts'
import { startPage } from './start-page.ts'
import { userIdOf } from './user-id.ts'

interface Context {
  waitUntil(work: Promise<unknown>): void
  passThroughOnException(): void
  readonly props: object
}

function createApp({ THREADLINE_HOST, THREADLINE_KEY, THREADLINE_PUBLIC_KEY, PAGE_SCRIPT }: Env) {
  const client = createServerClient({ host: THREADLINE_HOST, key: THREADLINE_KEY })
  return (
    new Hono()
      // What a request captures is delivered after its response, by the context's waitUntil.
      .use(honoKit({ client, proxy: { path: '/t', host: THREADLINE_HOST }, ipHeader: 'cf-connecting-ip' }))
      .get('/', (c) => c.html(startPage(THREADLINE_PUBLIC_KEY)))
      .get('/page.js', (c) => c.body(PAGE_SCRIPT, 200, { 'content-type': 'text/javascript' }))
      // Caches may share it, so the kit sets no id here.
      .get('/pricing', (c) =>
        c.html('<!doctype html><title>Pricing</title>', 200, { 'cache-control': 'public, max-age=300' }),
      )
      .post('/signup', async (c) => {
        const { email } = await c.req.parseBody()
        const userId = await userIdOf(String(email))
        captureSignedUp(c.var.track, { userId, eventId: `signup:${userId}`, properties: { method: 'email' } })
        return c.json({ userId })
      })
  )
}

/** One for the isolate: its bindings come with the first request. */
let app: ReturnType<typeof createApp> | undefined

// biome-ignore lint/style/noDefaultExport: what Workers ask for
export default {
  fetch(request: Request, env: Env, context: Context): Response | Promise<Response> {
    app ??= createApp(env)
    return app.fetch(request, env, context)
  },
}
