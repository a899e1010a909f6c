import { createHash } from 'node:crypto'
import formbody from '@fastify/formbody'
import { captureSignedUp, createServerClient } from '@threadline/server'
import { fastifyHandler, fastifyKit } from '@threadline/server/fastify'
import { createWebhook, verifyHmac } from '@threadline/server/webhooks'
import { fastify } from 'fastify'
import { bundlePage, startPage } from './pages.ts'

const { PORT = '3000', THREADLINE_HOST = '', THREADLINE_KEY = '', THREADLINE_PUBLIC_KEY = '' } = process.env
const { SHOP_WEBHOOK_SECRET = '' } = process.env

interface ShopOrder {
  readonly id: string
  readonly customer: string
  readonly cents: number
  readonly currency: string
}

const client = createServerClient({ host: THREADLINE_HOST, key: THREADLINE_KEY })
const { plugin, track } = fastifyKit({ client, proxy: { path: '/t', host: THREADLINE_HOST } })
const webhook = createWebhook<ShopOrder>({
  client,
  async verify({ body, headers }) {
    const signature = headers.get('x-signature')
    const isSigned = await verifyHmac({ secret: SHOP_WEBHOOK_SECRET, payload: body, signature })
    return isSigned ? JSON.parse(body) : undefined
  },
  captures: ({ id, customer, cents, currency }) => [
    { event: 'purchase', eventId: `shop:${id}`, userId: customer, value: cents, currency },
  ],
})
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

// Its parser, which keeps the bytes that were signed, holds for this route alone.
app.register((hooks, _options, ready) => {
  hooks.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  hooks.post('/webhooks/shop', fastifyHandler(webhook))
  ready()
})

const address = await app.listen({ port: Number(PORT), host: '127.0.0.1' })
console.log(`listening on ${address.replace('127.0.0.1', 'localhost')}`)

process.once('SIGTERM', async () => {
  // Flushes what was captured.
  await app.close()
})
