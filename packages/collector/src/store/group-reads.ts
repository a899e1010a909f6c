import type { TrackEvent } from '@threadline/schema'
import { readTraits, type Traits } from './described-traits.ts'
import type { SqlDriver } from './driver.ts'
import type { Group, Store } from './store.ts'

const FIRST_SEEN = `SELECT min(ts) AS first_seen FROM events WHERE project = $1 AND event = '$group' AND other_id = $2`

const EVENTS = `(SELECT ts, event_id, body FROM events WHERE project = $1 AND event = '$group' AND other_id = $2) AS told`

/** What the `$group` events of a group tell of it. */
export function readGroupTraits(driver: SqlDriver, project: string, groupId: string): Promise<Traits> {
  return readTraits(driver, {
    from: EVENTS,
    values: [project, groupId],
    traitsOf(row) {
      const event: TrackEvent = JSON.parse(String(row['body']))
      return event.properties?.['traits']
    },
  })
}

/** Groups as stored `$group` events tell of them: nothing is kept beside, so forgetting a person takes their word along. */
export function createGroupReads(driver: SqlDriver): Pick<Store, 'group'> {
  return {
    async group(project, groupId): Promise<Group | undefined> {
      const [found] = await driver.query(FIRST_SEEN, [project, groupId])
      const firstSeen = found?.['first_seen'] ?? null
      if (firstSeen === null) return undefined
      return { groupId, ...(await readGroupTraits(driver, project, groupId)), firstSeen: Number(firstSeen) }
    },
  }
}
