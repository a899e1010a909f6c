import { createHash } from 'node:crypto'
import { captureSignedUp, createServerClient } from '@threadline/server'
import { lambdaKit } from '@threadline/server/lambda'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { bundlePage, startPage } from './pages.ts'

const { THREADLINE_HOST = '', THREADLINE_KEY = '', THREADLINE_PUBLIC_KEY = '' } = process.env

const client = createServerClient({ host: THREADLINE_HOST, key: THREADLINE_KEY })
const kit = lambdaKit({ client, proxy: { path: '/t', host: THREADLINE_HOST } })
const pageScript = await bundlePage()

export const handler = kit.wrap(
  (event: APIGatewayProxyEventV2, track, _context: Context): APIGatewayProxyStructuredResultV2 => {
    if (event.requestContext.http.method === 'POST' && event.rawPath === '/signup') {
      const body = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString() : event.body
      const email = new URLSearchParams(body).get('email') ?? ''
      const userId = `user_${createHash('sha256').update(email).digest('hex').slice(0, 16)}`
      captureSignedUp(track, { userId, eventId: `signup:${userId}`, properties: { method: 'email' } })
      return json({ userId })
    }
    return page(event.rawPath)
  },
)

function json(value: object): APIGatewayProxyStructuredResultV2 {
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}

function page(path: string): APIGatewayProxyStructuredResultV2 {
  const html = { 'content-type': 'text/html; charset=utf-8' }
  if (path === '/') return { statusCode: 200, headers: html, body: startPage(THREADLINE_PUBLIC_KEY) }
  if (path === '/page.js') return { statusCode: 200, headers: { 'content-type': 'text/javascript' }, body: pageScript }
  if (path !== '/pricing') return { statusCode: 404, body: 'There is no such page.' }
  // Caches may share it, so the kit sets no id here.
  const headers = { ...html, 'cache-control': 'public, max-age=300' }
  return { statusCode: 200, headers, body: '<!doctype html><title>Pricing</title>' }
}
