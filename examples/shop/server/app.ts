import { serveStatic } from '@hono/node-server/serve-static'
import type { ServerClient } from '@threadline/server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { csrf } from 'hono/csrf'
import { secureHeaders } from 'hono/secure-headers'
import type { Accounts } from './accounts.ts'
import { createApi } from './api.ts'
import { collectorProxy } from './collector-proxy.ts'
import { createStripeWebhook } from './stripe-webhook.ts'

const MAX_BODY_BYTES = 64 * 1024
const PAGES = ['/', '/pricing', '/signup', '/checkout', '/thanks']

export interface ShopOptions {
  readonly accounts: Accounts
  readonly client: ServerClient
  readonly collectorUrl: string
  /** Where `/live` leads, made anew for each visit. */
  readonly livePageUrl: () => Promise<string>
  /** Signs and verifies the webhooks. */
  readonly webhookSecret: string
  /** Folder that Vite wrote the front end to. */
  readonly webRoot: string
  /** The shop's own origin, known once it listens. */
  readonly origin: () => string
  /** Where other services' browser clients send to; they do not run unless given. */
  readonly peersAt?: string | undefined
}

/** The shop as one Hono application: its pages, its API, the Stripe webhook and the way through to the collector. */
export function createShop(options: ShopOptions): Hono {
  const { accounts, client, collectorUrl, livePageUrl, webhookSecret, webRoot, peersAt } = options
  const app = new Hono()

  app.post('/t/v1/batch', collectorProxy(collectorUrl))
  app.get('/live', async (c) => c.redirect(await livePageUrl()))

  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'", ...(peersAt === undefined ? [] : [peersAt])],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    }),
  )
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES }))
  app.route('/webhooks', createStripeWebhook({ accounts, client, webhookSecret }))
  app.use('/api/*', csrf())
  app.route('/api', createApi(options))

  app.get('/api/peers', (c) => c.json({ host: peersAt ?? null }))
  app.get('/assets/*', serveStatic({ root: webRoot }))
  app.get('/favicon.svg', serveStatic({ root: webRoot }))
  for (const page of PAGES) app.get(page, serveStatic({ root: webRoot, path: 'index.html' }))
  app.notFound((c) => c.text('There is no such page.', 404))
  return app
}
