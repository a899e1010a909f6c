import type { Hono } from 'hono'
import type { AddressLimit } from './address-limit.ts'
import { createLoginPages } from './login-page.ts'
import { refuseOtherSites } from './other-sites.ts'
import type { PageSessions } from './page-session.ts'

export interface PageAsset {
  readonly type: string
  readonly body: Uint8Array<ArrayBuffer>
}

/** The built page: files by path from the root, `/index.html` among them. */
export type PageAssets = ReadonlyMap<string, PageAsset>

const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  // With `no-referrer` browsers say `Origin: null` of our own forms, too.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
}

export interface PageRoutesOptions {
  readonly page: PageAssets
  readonly sessions: PageSessions
  readonly logins: AddressLimit
  readonly clientAddress: (request: Request) => string
  /** Whether the browser came over TLS. */
  readonly isSecure: (request: Request) => boolean
}

/**
 * The live page at `/`; `/login?token=…`, which opens it once, when its button is pressed; and `POST /logout`, which ends
 * the session.
 */
export function addPageRoutes(app: Hono, options: PageRoutesOptions): void {
  const { page, sessions, logins, clientAddress, isSecure } = options
  const pages = createLoginPages(page.keys())
  const html = (body: string, status: number) =>
    new Response(body, { status, headers: { ...SECURITY_HEADERS, 'content-type': 'text/html; charset=utf-8' } })
  const toPage = (cookie: string) =>
    new Response(null, { status: 303, headers: { ...SECURITY_HEADERS, location: '/', 'set-cookie': cookie } })

  app.get('/login', () => html(pages.button, 200))

  app.post('/login', async (c) => {
    refuseOtherSites(c.req.raw)
    // Before the token is looked at: a link that is refused here still works a moment later.
    logins.take(clientAddress(c.req.raw))
    const cookie = await sessions.redeem(c.req.query('token') ?? '', isSecure(c.req.raw))
    return cookie === undefined ? html(pages.refusal, 401) : toPage(cookie)
  })

  app.post('/logout', async (c) => {
    refuseOtherSites(c.req.raw)
    return toPage(await sessions.end(c.req.raw))
  })

  app.get('*', (c, next) => {
    const path = c.req.path === '/' ? '/index.html' : c.req.path
    const asset = page.get(path)
    if (!asset) return next()
    // Vite names what is in there by its content.
    const cache = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
    const headers = { ...SECURITY_HEADERS, 'content-type': asset.type, 'cache-control': cache }
    return Promise.resolve(new Response(asset.body, { headers }))
  })
}
