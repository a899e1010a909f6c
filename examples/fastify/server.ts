import { createHash } from 'node:crypto'
import formbody from '@fastify/formbody'
import { captureSignedUp, createServerClient } from '@threadline/server'
import { fastifyKit } from '@threadline/server/fastify'
import { fastify } from 'fastify'
import { bundlePage, startPage } from './pages.ts'

const { PORT = '3000', THREADLINE_HOST = '', THREADLINE_KEY = '', THREADLINE_PUBLIC_KEY = '' } = process.env

const client = createServerClient({ host: THREADLINE_HOST, key: THREADLINE_KEY })
const { plugin, track } = fastifyKit({ client, proxy: { path: '/t', host: THREADLINE_HOST } })
const pageScript = await bundlePage()

const app = fastify()
app.register(plugin)
app.register(formbody)

app.get('/', (_request, reply) => reply.type('text/html').send(startPage(THREADLINE_PUBLIC_KEY)))
app.get('/page.js', (_request, reply) =>
  reply.type('text/javascript').header('cache-control', 'public, max-age=60').send(pageScript),
)
app.get('/pricing', (_request, reply) =>
  // Caches may share it, so the kit sets no id here.
  reply.type('text/html').header('cache-control', 'public, max-age=300').send('<!doctype html><title>Pricing</title>'),
)
app.post<{ Body: { email: string } }>('/signup', (request) => {
  const userId = `user_${createHash('sha256').update(request.body.email).digest('hex').slice(0, 16)}`
  captureSignedUp(track(request), { userId, eventId: `signup:${userId}`, properties: { method: 'email' } })
  return { userId }
})

const address = await app.listen({ port: Number(PORT), host: '127.0.0.1' })
console.log(`listening on ${address.replace('127.0.0.1', 'localhost')}`)

process.once('SIGTERM', async () => {
  // Flushes what was captured.
  await app.close()
})
