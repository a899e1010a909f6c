import type { Hono } from 'hono'
import type { AddressLimit } from './address-limit.ts'
import { createLoginPages } from './login-page.ts'
import type { PageSessions } from './page-session.ts'
import { RequestError } from './request-error.ts'

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

/**
 * A page elsewhere must neither open the live page of somebody else's project here nor close it. Browsers tell who sent a form by
 * `Sec-Fetch-Site`, where they are new enough and reach this page by https or on this machine; all of them by `Origin`. What sends
 * neither is no browser.
 */
function refuseOtherSites(request: Request): void {
  const { headers } = request
  const site = headers.get('sec-fetch-site')
  const isOurs = site === null ? isOwnOrigin(request, headers.get('origin')) : site === 'same-origin' || site === 'none'
  if (!isOurs) throw new RequestError('forbidden', 'this was sent by a page of another site')
}

/** By the host alone: a proxy that speaks TLS to the browser speaks http to us, and may tell the host in a header of its own. */
function isOwnOrigin({ url, headers }: Request, origin: string | null): boolean {
  if (origin === null) return true
  const sender = URL.canParse(origin) ? new URL(origin).host : ''
  return [new URL(url).host, headers.get('host'), headers.get('x-forwarded-host')].includes(sender)
}
