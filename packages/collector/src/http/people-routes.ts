import type { Hono } from 'hono'
import { z } from 'zod'
import type { Store } from '../store/store.ts'
import { peopleView } from './person-view.ts'
import { readQuery } from './query.ts'
import type { Readers } from './readers.ts'
import { isNarrowed, LISTS, trafficAsked, trafficQuery } from './traffic-query.ts'

export const peopleQuery = trafficQuery.extend({
  search: z.string().max(200).describe('A part of a name, an id or an e-mail address, in any case.').default(''),
  limit: z.coerce.number().int().min(1).max(500).default(50),
})

/** Of one request, so that a statement has an end. */
const MAX_IDS = 200

export const namesQuery = z.object({
  id: z
    .array(
      z
        .string()
        .min(1)
        .max(200)
        .refine((id) => !id.includes('\0'), { error: 'holds the character NUL, which no id has' }),
    )
    .min(1)
    .max(MAX_IDS)
    .describe('A user id or an anonymous id. It may stand there several times.'),
})

export interface PeopleRoutesOptions {
  readonly readers: Readers
  readonly store: Pick<Store, 'people' | 'visits' | 'names' | 'projectSettings'>
  readonly now: () => number
}

/** Lists of people: all of them, those behind a number of a report, and what they are called. */
export function addPeopleRoutes(app: Hono, { readers, store, now }: PeopleRoutesOptions): void {
  app.get('/v1/people', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const { search, limit, ...asked } = readQuery(c, peopleQuery, LISTS)
    const list = { search, limit: limit + 1 }
    const found = isNarrowed(asked)
      ? await store.visits.people(project, { ...(await trafficAsked(store, { project, asked, now: now() })), ...list })
      : await store.people(project, { ...list, withBots: asked.bots === 'include' })
    return c.json(await peopleView(store, { project, found, limit }))
  })

  app.get('/v1/names', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const { id } = readQuery(c, namesQuery, ['id'])
    return c.json({ names: await store.names(project, id) })
  })
}
