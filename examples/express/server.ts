import { createHash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { captureSignedUp, createServerClient } from '@threadline/server'
import { expressKit } from '@threadline/server/express'
import express from 'express'
import { bundlePage, startPage } from './pages.ts'

const { PORT = '3000', THREADLINE_HOST = '', THREADLINE_KEY = '', THREADLINE_PUBLIC_KEY = '' } = process.env

const client = createServerClient({ host: THREADLINE_HOST, key: THREADLINE_KEY })
const { middleware, track } = expressKit({ client, proxy: { path: '/t', host: THREADLINE_HOST } })
const pageScript = await bundlePage()

const app = express()
app.use(middleware)
app.use(express.urlencoded())

app.get('/', (_request, response) => {
  response.send(startPage(THREADLINE_PUBLIC_KEY))
})
app.get('/page.js', (_request, response) => {
  response.type('js').set('cache-control', 'public, max-age=60').send(pageScript)
})
app.get('/pricing', (_request, response) => {
  // Caches may share it, so the kit sets no id here.
  response.set('cache-control', 'public, max-age=300').send('<!doctype html><title>Pricing</title>')
})
app.post('/signup', (request, response) => {
  const userId = `user_${createHash('sha256').update(request.body.email).digest('hex').slice(0, 16)}`
  captureSignedUp(track(request), { userId, eventId: `signup:${userId}`, properties: { method: 'email' } })
  response.json({ userId })
})

const server = app.listen(Number(PORT), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  console.log(`listening on http://localhost:${port}`)
})

process.once('SIGTERM', () => {
  server.close(async () => {
    await client.shutdown()
  })
})
