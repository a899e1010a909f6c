import { LIMITS } from '@threadline/schema'
import type { Hono } from 'hono'
import { z } from 'zod'
import type { KeyKind, Keyring } from '../keys.ts'
import type { Store } from '../store/store.ts'
import type { NamedGoal, StoredSettings } from '../store/stored-settings.ts'
import { createTimeZone } from '../traffic/time-zone.ts'
import { authorize, bearerKey } from './authorize.ts'
import { readCheckedBody } from './checked-body.ts'
import { refuseOtherSites } from './other-sites.ts'
import type { PageSessions } from './page-session.ts'
import { isoTime } from './person-view.ts'
import { readQuery } from './query.ts'
import type { Readers } from './readers.ts'

/** Who changes settings by a key. A page session may as well: only whoever has such a key can hand out a link to it. */
const CHANGERS: readonly KeyKind[] = ['sk']

const MAX_GOALS = 50
const MAX_BYTES = 64_000

const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, { error: 'must be the name of a time zone, such as Europe/Berlin' })
  .describe('Whose days reports have: a name of the IANA database, such as Europe/Berlin.')

const label = z.string().trim().min(1).max(100).describe('What people call it.')

const goal = z.union([
  z.strictObject({ name: label, event: z.string().min(1).max(LIMITS.eventNameLength) }),
  z.strictObject({ name: label, path: z.string().startsWith('/').max(2_000) }),
])

const goals = z
  .array(goal, { error: 'must be a list of { name, event } or { name, path }' })
  .max(MAX_GOALS)
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, { error: 'two have the same name' })
  .describe('Events, or paths of pages beginning with /, that reports can count who reached.')

export const settingsRequest = z.strictObject({
  timeZone: timeZone.nullish(),
  goals: goals.nullish(),
})

export const changesQuery = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) })

export interface SettingsRoutesOptions {
  readonly keyring: Keyring
  readonly readers: Readers
  readonly sessions: PageSessions
  readonly store: Pick<Store, 'projectSettings' | 'changeSettings' | 'settingChanges'>
  readonly now: () => number
}

/** What a project sets for itself, and who changed it. */
export function addSettingsRoutes(app: Hono, { keyring, readers, sessions, store, now }: SettingsRoutesOptions): void {
  app.get('/v1/settings', async (c) => {
    const { project } = await readers.access(c.req.raw)
    return c.json({ project, settings: settingsView(await store.projectSettings(project)) })
  })

  app.post('/v1/settings', async (c) => {
    await readers.access(c.req.raw)
    const { project, who } = await changer(c.req.raw)
    const body = await readCheckedBody(c.req.raw, settingsRequest, MAX_BYTES)
    const settings = await store.changeSettings(project, body, { who, at: now() })
    return c.json({ project, settings: settingsView(settings) })
  })

  app.get('/v1/settings/changes', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const changes = await store.settingChanges(project, readQuery(c, changesQuery).limit)
    return c.json({ changes: changes.map(({ at, ...change }) => ({ at: isoTime(at), ...change })) })
  })

  async function changer(request: Request): Promise<{ readonly project: string; readonly who: string }> {
    const key = bearerKey(request)
    const session = key === undefined ? await sessions.find(request) : undefined
    if (session) {
      refuseOtherSites(request)
      return { project: session.project, who: `page session ${session.id.slice(0, 8)}` }
    }
    return { project: authorize(keyring, key, CHANGERS).project, who: 'an sk_ key' }
  }
}

function settingsView({ timeZone: zone = 'UTC', goals: named = [] }: StoredSettings): {
  readonly timeZone: string
  readonly goals: readonly NamedGoal[]
} {
  return { timeZone: zone, goals: named }
}

function isTimeZone(name: string): boolean {
  try {
    createTimeZone(name)
    return true
  } catch {
    return false
  }
}
