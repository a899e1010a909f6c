import type { Context } from 'hono'
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie'

const COOKIE = 'shop_session'
const MAX_AGE_SECONDS = 30 * 24 * 60 * 60

/** Who is signed in, kept in a signed cookie that no script can read. */
export interface Sessions {
  /** The signed-in user's id, or undefined: nobody, or a cookie that this shop did not sign. */
  userId(c: Context): Promise<string | undefined>
  start(c: Context, userId: string): Promise<void>
  end(c: Context): void
}

/** @param secret - Signs the cookies. Sessions outlive a restart when the secret does. */
export function createSessions(secret: string): Sessions {
  const attributes = (c: Context) => ({
    path: '/',
    httpOnly: true,
    sameSite: 'Lax' as const,
    secure: new URL(c.req.url).protocol === 'https:',
  })
  return {
    userId: async (c) => (await getSignedCookie(c, secret, COOKIE)) || undefined,
    start: (c, userId) => setSignedCookie(c, COOKIE, userId, secret, { ...attributes(c), maxAge: MAX_AGE_SECONDS }),
    end: (c) => {
      deleteCookie(c, COOKIE, attributes(c))
    },
  }
}
