import type { Hono } from 'hono'
import type { KeyKind, Keyring } from '../keys.ts'
import type { Store } from '../store/store.ts'
import { authorize, bearerKey } from './authorize.ts'
import type { PageSessions } from './page-session.ts'
import { isoTime } from './person-view.ts'
import type { Readers } from './readers.ts'
import { RequestError } from './request-error.ts'

/** A session outlives the key that made it: a reader's key is not enough. */
const OPENERS: readonly KeyKind[] = ['sk']

export interface SessionRoutesOptions {
  readonly keyring: Keyring
  readonly readers: Readers
  readonly sessions: PageSessions
  readonly store: Pick<Store, 'pageSessions' | 'endPageSession' | 'publicKeys'>
  readonly now: () => number
}

/** Links to the live page of a key's project, the sessions that they opened, and what the page needs to show how to send. */
export function addSessionRoutes(app: Hono, { keyring, readers, sessions, store, now }: SessionRoutesOptions): void {
  const projectOf = (request: Request) => authorize(keyring, bearerKey(request), OPENERS).project

  app.post('/v1/login-links', async (c) => {
    const { token, expiresAt } = await sessions.issueToken(projectOf(c.req.raw))
    return c.json({ path: `/login?token=${token}`, expiresAt: isoTime(expiresAt) })
  })

  app.get('/v1/public-keys', async (c) => {
    const { project } = await readers.access(c.req.raw)
    return c.json({ keys: [...keyring.publicKeys(project), ...(await store.publicKeys(project))] })
  })

  app.get('/v1/page-sessions', async (c) => {
    const open = await store.pageSessions(projectOf(c.req.raw), now())
    return c.json({
      sessions: open.map(({ id, createdAt, expiresAt }) => ({
        id,
        createdAt: isoTime(createdAt),
        expiresAt: isoTime(expiresAt),
      })),
    })
  })

  app.post('/v1/page-sessions/:id/end', async (c) => {
    const project = projectOf(c.req.raw)
    const id = c.req.param('id')
    if (!(await store.endPageSession(id, project))) {
      throw new RequestError('not_found', 'this project has no open session with this id')
    }
    return c.json({ id })
  })
}
