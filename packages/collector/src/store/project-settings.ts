import { randomUUID } from 'node:crypto'
import type { SqlDriver, SqlRow, SqlSession } from './driver.ts'
import type { Store } from './store.ts'
import type { SettingChange, StoredSettings } from './stored-settings.ts'

const READ = 'SELECT name, value FROM project_settings WHERE project = $1'

const WRITE = `INSERT INTO project_settings (project, name, value) VALUES ($1, $2, $3)
  ON CONFLICT (project, name) DO UPDATE SET value = excluded.value`

const REMOVE = 'DELETE FROM project_settings WHERE project = $1 AND name = $2'

const NOTE = `INSERT INTO setting_changes (id, project, changed_at, who, name, before, after)
  VALUES ($1, $2, $3, $4, $5, $6, $7)`

const CHANGES = `SELECT changed_at, who, name, before, after FROM setting_changes WHERE project = $1
  ORDER BY changed_at DESC, name, id LIMIT $2`

/** What a project has set, and who changed it. Values are JSON. */
export function createProjectSettings(
  driver: SqlDriver,
): Pick<Store, 'projectSettings' | 'changeSettings' | 'settingChanges'> {
  return {
    async projectSettings(project) {
      return settingsOf(await driver.lookup(READ, [project]))
    },
    changeSettings: (project, changes, by) =>
      driver.transaction(async (session) => {
        const before = new Map((await session.query(READ, [project])).map((row) => [row['name'], String(row['value'])]))
        for (const [name, value] of Object.entries(changes)) {
          if (value === undefined) continue
          const change = { project, name, old: before.get(name) ?? null, text: value && JSON.stringify(value) }
          if (change.text !== change.old) await write(session, change, by)
        }
        return settingsOf(await session.query(READ, [project]))
      }),
    async settingChanges(project, limit) {
      return (await driver.query(CHANGES, [project, limit])).map(toChange)
    },
  }
}

interface Change {
  readonly project: string
  readonly name: string
  readonly old: string | null
  /** Null for the default. */
  readonly text: string | null
}

async function write(
  session: SqlSession,
  { project, name, old, text }: Change,
  { who, at }: { readonly who: string; readonly at: number },
): Promise<void> {
  await (text === null ? session.query(REMOVE, [project, name]) : session.query(WRITE, [project, name, text]))
  await session.query(NOTE, [randomUUID(), project, at, who, name, old, text])
}

function settingsOf(rows: readonly SqlRow[]): StoredSettings {
  return Object.fromEntries(rows.map((row) => [String(row['name']), JSON.parse(String(row['value']))]))
}

function toChange(row: SqlRow): SettingChange {
  return {
    at: Number(row['changed_at']),
    who: String(row['who']),
    name: String(row['name']),
    before: jsonOf(row['before']),
    after: jsonOf(row['after']),
  }
}

function jsonOf(text: unknown): unknown {
  return text === null || text === undefined ? null : JSON.parse(String(text))
}
