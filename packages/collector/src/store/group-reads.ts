import type { TrackEvent } from '@threadline/schema'
import { mergeTraits } from '../traits.ts'
import type { SqlDriver } from './driver.ts'
import type { Group, Store } from './store.ts'

/** More `$group` events than anybody looks back on. */
const LATEST_EVENTS = 1_000

const FIRST_SEEN = `SELECT min(ts) AS first_seen FROM events WHERE project = $1 AND event = '$group' AND other_id = $2`

const LATEST = `SELECT body FROM events WHERE project = $1 AND event = '$group' AND other_id = $2
  ORDER BY ts DESC, event_id DESC LIMIT ${LATEST_EVENTS}`

/** Groups as stored `$group` events tell of them: nothing is kept beside, so forgetting a person takes their word along. */
export function createGroupReads(driver: SqlDriver): Pick<Store, 'group'> {
  return {
    async group(project, groupId): Promise<Group | undefined> {
      const [found] = await driver.query(FIRST_SEEN, [project, groupId])
      const firstSeen = found?.['first_seen'] ?? null
      if (firstSeen === null) return undefined
      const latest = await driver.query(LATEST, [project, groupId])
      const events = latest.map((row): TrackEvent => JSON.parse(String(row['body'])))
      return {
        groupId,
        traits: mergeTraits(events.map(({ properties }) => properties?.['traits'])),
        firstSeen: Number(firstSeen),
      }
    },
  }
}
