import type { Context, Hono } from 'hono'
import { z } from 'zod'
import type { Keyring } from '../keys.ts'
import type { Store } from '../store/store.ts'
import { authorize, bearerKey } from './authorize.ts'
import { readPlace, writePlace } from './cursor.ts'
import { ERASERS } from './erasure-routes.ts'
import { eventView } from './event-view.ts'
import { exportAnswer, exportPerson } from './export-person.ts'
import { groupView, peopleView, profileView, sessionView } from './person-view.ts'
import { readQuery } from './query.ts'
import type { Readers } from './readers.ts'
import { RequestError } from './request-error.ts'
import { isNarrowed, LISTS, trafficAsked, trafficQuery } from './traffic-query.ts'

const limit = z.coerce.number().int().min(1).max(1_000)

const before = z.string().max(1_000).describe('The cursor of an earlier answer.').optional()

export const eventsQuery = trafficQuery.extend({ limit: limit.default(50), before })

export const groupQuery = z.object({ limit: limit.default(50) })

export const timelineQuery = z.object({
  limit: limit.default(200),
  before,
})

export interface ReadRoutesOptions {
  readonly keyring: Keyring
  readonly readers: Readers
  readonly store: Store
  readonly now: () => number
}

/** What an `rk_` or `sk_` key reads: the latest events, one person, one group. */
export function addReadRoutes(app: Hono, { keyring, readers, store, now }: ReadRoutesOptions): void {
  app.get('/v1/events', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const { limit, before, ...asked } = readQuery(c, eventsQuery, LISTS)
    if (before === undefined && !isNarrowed(asked)) {
      const events = await store.latest(project, limit)
      return c.json({ events: events.map(eventView), before: null })
    }
    const found = await store.visits.events(project, {
      ...(await trafficAsked(store, { project, asked, now: now() })),
      limit: limit + 1,
      before: before === undefined ? undefined : readPlace(before),
    })
    const events = found.slice(0, limit)
    const oldest = events.at(-1)
    return c.json({
      events: events.map(eventView),
      before: oldest && found.length > limit ? writePlace(oldest) : null,
    })
  })

  app.get('/v1/people/:id', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const person = await store.person(project, idIn(c))
    if (!person) throw new RequestError('not_found', 'nobody is known by this user id or anonymous id')
    return c.json({ person, ...profileView(await store.profile(project, person)) })
  })

  app.get('/v1/people/:id/timeline', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const query = readQuery(c, timelineQuery)
    const person = await store.person(project, idIn(c))
    if (!person) throw new RequestError('not_found', 'nobody is known by this user id or anonymous id')
    const before = query.before === undefined ? undefined : readPlace(query.before)
    const read = await store.timeline(project, person, { limit: query.limit + 1, ...(before && { before }) })
    const events = read.slice(-query.limit)
    const oldest = events[0]
    const more = oldest && read.length > events.length ? writePlace(oldest) : null
    const span = { from: oldest?.ts ?? 0, to: events.at(-1)?.ts ?? 0 }
    const [stage, sessions] = await Promise.all([store.stage(project, person), store.sessions(project, person, span)])
    return c.json({
      person,
      stage,
      sessions: sessions.map(sessionView),
      events: events.map(eventView),
      before: more,
    })
  })

  app.get('/v1/groups/:id', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const { limit } = readQuery(c, groupQuery)
    const groupId = idIn(c)
    const [group, people] = await Promise.all([
      store.group(project, groupId),
      store.people(project, { search: '', limit: limit + 1, groupId }),
    ])
    if (!group) throw new RequestError('not_found', 'no event names this group')
    return c.json({ ...groupView(group), ...(await peopleView(store, { project, found: people, limit })) })
  })

  app.get('/v1/people/:id/export', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const person = await store.person(project, idIn(c))
    if (!person) throw new RequestError('not_found', 'nobody is known by this user id or anonymous id')
    return exportAnswer(exportPerson(store, project, person))
  })

  app.post('/v1/people/:id/forget', async (c) => {
    const { project } = authorize(keyring, bearerKey(c.req.raw), ERASERS)
    const person = await store.person(project, idIn(c))
    if (!person) throw new RequestError('not_found', 'nobody is known by this user id or anonymous id')
    return c.json({ person, removed: await store.forget(project, person) })
  })
}

/**
 * The id in the path.
 *
 * @throws RequestError `invalid_request` for `.` and `..`, which stand for something else in a path.
 */
function idIn(c: Context): string {
  const id = c.req.param('id') ?? ''
  if (/^\.{1,2}$/.test(id)) {
    throw new RequestError('invalid_request', `${id} is no id: in a path it means this folder or the one above`)
  }
  return id
}
