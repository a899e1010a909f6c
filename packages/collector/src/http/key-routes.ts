import type { Hono } from 'hono'
import { z } from 'zod'
import { createKey } from '../create-key.ts'
import { isOrigin, type KeyKind, type Keyring } from '../keys.ts'
import type { Store } from '../store/store.ts'
import { authorize, bearerKey } from './authorize.ts'
import { readCheckedBody } from './checked-body.ts'
import { isoTime } from './person-view.ts'
import type { RateLimiter } from './rate-limit.ts'
import { RequestError } from './request-error.ts'

/** Keys outlive whoever made them: neither a reader's key nor the page's session is enough. */
const MAKERS: readonly KeyKind[] = ['sk']

const MAX_BYTES = 64_000
const MAX_ORIGINS = 100

/** Of a project, revoked ones aside. Every collector reads all keys every few seconds. */
const MAX_KEYS = 100

export const keyRequest = z.strictObject({
  kind: z.enum(['pk', 'sk', 'rk']).describe('pk for pages, sk for servers, rk to read.'),
  name: z.string().trim().max(100).describe('What it is for, for people.').default(''),
  origins: z
    .array(z.string().max(300).refine(isOrigin, { error: 'must be an origin, such as https://shop.example.com' }))
    .max(MAX_ORIGINS)
    .describe('Where a pk_ key may be used. Anywhere unless given.')
    .default([]),
})

export interface KeyRoutesOptions {
  readonly keyring: Keyring
  readonly rateLimiter: RateLimiter
  readonly store: Pick<Store, 'addKey' | 'keys' | 'revokeKey'>
  readonly now: () => number
}

/** Keys of a project, which it makes and revokes by itself while the collector runs. */
export function addKeyRoutes(app: Hono, { keyring, rateLimiter, store, now }: KeyRoutesOptions): void {
  function projectOf(request: Request): string {
    const access = authorize(keyring, bearerKey(request), MAKERS)
    rateLimiter.take(access)
    return access.project
  }

  /** Keys for metrics are of the whole collector, whatever project they were made in. */
  const keysOf = async (project: string) =>
    (await store.keys()).filter((key) => key.project === project && key.kind !== 'mk')

  app.get('/v1/keys', async (c) => {
    const project = projectOf(c.req.raw)
    return c.json({
      keys: (await keysOf(project)).map(({ id, kind, name, origins, createdAt, revokedAt }) => ({
        id,
        kind,
        name,
        origins,
        createdAt: isoTime(createdAt),
        revokedAt: revokedAt === null ? null : isoTime(revokedAt),
      })),
    })
  })

  app.post('/v1/keys', async (c) => {
    const project = projectOf(c.req.raw)
    const body = await readCheckedBody(c.req.raw, keyRequest, MAX_BYTES)
    const open = (await keysOf(project)).filter(({ revokedAt }) => revokedAt === null)
    if (open.length >= MAX_KEYS) {
      throw new RequestError('invalid_request', `the project has ${MAX_KEYS} keys, as many as it may: revoke one first`)
    }
    return c.json(await createKey(store, { ...body, project }))
  })

  app.post('/v1/keys/:id/revoke', async (c) => {
    const project = projectOf(c.req.raw)
    const id = c.req.param('id')
    if (id.includes('\0')) throw new RequestError('invalid_request', 'an id holds NUL: no key has it')
    const isOwn = (await keysOf(project)).some((key) => key.id === id)
    if (!(isOwn && (await store.revokeKey(id, now())))) {
      throw new RequestError('not_found', 'this project has no key with this id that is not revoked')
    }
    return c.json({ id })
  })
}
