import { LIMITS } from '@threadline/schema'
import type { Hono } from 'hono'
import { z } from 'zod'
import type { KeyKind, Keyring } from '../keys.ts'
import type { Store } from '../store/store.ts'
import { authorize, bearerKey } from './authorize.ts'
import { isoTime } from './person-view.ts'
import { readQuery } from './query.ts'
import { readJsonBody } from './read-body.ts'
import { RequestError } from './request-error.ts'

/** Erased in one request: each is a transaction of its own. */
const MAX_IDS = 100

/** A list is refused before anybody of it is erased: an answer in the middle would not say who was. */
const UNSTORABLE = /[\0\p{Surrogate}]/u

/** Erasing is more than reading: neither a reader's key nor the page's session is enough. */
export const ERASERS: readonly KeyKind[] = ['sk']

export const erasureRequest = z.object({
  ids: z
    .array(
      z
        .string()
        .min(1)
        .max(LIMITS.idLength)
        .refine((id) => !UNSTORABLE.test(id), { error: 'an id holds NUL or half a surrogate pair: nobody has it' }),
      { error: 'ids must be user ids or anonymous ids' },
    )
    .min(1)
    .max(MAX_IDS)
    .describe('User ids or anonymous ids.'),
})

export const erasuresQuery = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) })

export interface ErasureRoutesOptions {
  readonly keyring: Keyring
  readonly store: Pick<Store, 'person' | 'forget' | 'erasures'>
}

/** Erases the people of a list, and tells what was erased when. */
export function addErasureRoutes(app: Hono, { keyring, store }: ErasureRoutesOptions): void {
  const projectOf = (request: Request) => authorize(keyring, bearerKey(request), ERASERS).project

  app.post('/v1/erasures', async (c) => {
    const project = projectOf(c.req.raw)
    const body = erasureRequest.safeParse(await readJsonBody(c.req.raw, LIMITS.batchBytes))
    if (!body.success) {
      throw new RequestError('invalid_request', `ids: ${body.error.issues[0]?.message ?? 'not a list of ids'}`)
    }
    const erased: { id: string; events: number; links: number }[] = []
    const unknown: string[] = []
    for (const id of body.data.ids) {
      const person = await store.person(project, id)
      if (person) erased.push({ id, ...(await store.forget(project, person)) })
      else unknown.push(id)
    }
    return c.json({ erased, unknown })
  })

  app.get('/v1/erasures', async (c) => {
    const project = projectOf(c.req.raw)
    const erasures = await store.erasures(project, readQuery(c, erasuresQuery).limit)
    return c.json({
      erasures: erasures.map(({ erasedAt, compactedAt, ...rest }) => ({
        ...rest,
        erasedAt: isoTime(erasedAt),
        compactedAt: compactedAt === null ? null : isoTime(compactedAt),
      })),
    })
  })
}
