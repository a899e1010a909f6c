import type { Hono } from 'hono'
import type { AddressLimit } from './address-limit.ts'
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
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
}

export interface PageRoutesOptions {
  readonly page: PageAssets
  readonly sessions: PageSessions
  readonly logins: AddressLimit
  readonly clientAddress: (request: Request) => string
}

/** The live page at `/`, and `/login?token=…`, which opens it once. */
export function addPageRoutes(app: Hono, { page, sessions, logins, clientAddress }: PageRoutesOptions): void {
  app.get('/login', async (c) => {
    // Before the token is looked at: a link that is refused here still works a moment later.
    logins.take(clientAddress(c.req.raw))
    const secure = new URL(c.req.url).protocol === 'https:'
    const cookie = await sessions.redeem(c.req.query('token') ?? '', secure)
    if (cookie === undefined) {
      throw new RequestError('unauthorized', 'this link was used already or is too old: make a new one')
    }
    return new Response(null, { status: 303, headers: { ...SECURITY_HEADERS, location: '/', 'set-cookie': cookie } })
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
