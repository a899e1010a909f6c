import { createHash } from 'node:crypto'
import { captureSignedUp, createServerClient } from '@threadline/server'
import { honoKit } from '@threadline/server/hono'
import { Hono } from 'hono'
import { getConnInfo } from 'hono/bun'
import { bundlePage, startPage } from './pages.ts'

const { PORT = '3000', THREADLINE_HOST = '', THREADLINE_KEY = '', THREADLINE_PUBLIC_KEY = '' } = process.env

const client = createServerClient({ host: THREADLINE_HOST, key: THREADLINE_KEY })
const pageScript = await bundlePage()

const app = new Hono()
  .use(
    honoKit({
      client,
      proxy: { path: '/t', host: THREADLINE_HOST },
      remoteAddress: (c) => getConnInfo(c).remote.address,
    }),
  )
  .get('/', (c) => c.html(startPage(THREADLINE_PUBLIC_KEY)))
  .get('/page.js', (c) =>
    c.body(pageScript, 200, { 'content-type': 'text/javascript', 'cache-control': 'public, max-age=60' }),
  )
  // Caches may share it, so the kit sets no id here.
  .get('/pricing', (c) =>
    c.html('<!doctype html><title>Pricing</title>', 200, { 'cache-control': 'public, max-age=300' }),
  )
  .post('/signup', async (c) => {
    const { email } = await c.req.parseBody()
    const userId = `user_${createHash('sha256').update(String(email)).digest('hex').slice(0, 16)}`
    captureSignedUp(c.var.track, { userId, eventId: `signup:${userId}`, properties: { method: 'email' } })
    return c.json({ userId })
  })

const server = Bun.serve({ port: Number(PORT), hostname: '127.0.0.1', fetch: app.fetch })
console.log(`listening on http://localhost:${server.port}`)

process.once('SIGTERM', async () => {
  await server.stop()
  await client.shutdown()
  process.exit()
})
