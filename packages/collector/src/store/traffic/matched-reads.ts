import type { SqlDriver } from '../driver.ts'
import { EVENT_FIELDS, toStoredEvent } from '../event-columns.ts'
import { createNameSearch } from '../name-reads.ts'
import { among, idRows, peopleSql, toSummary } from '../report-reads.ts'
import type { Traffic, TrafficQuery } from './traffic.ts'
import { trafficSql } from './traffic-sql.ts'

/** Who and what is behind the numbers of {@link Traffic}: the same people and events that are counted there. */
export function createMatchedReads(driver: SqlDriver): Pick<Traffic, 'people' | 'events'> {
  const named = createNameSearch(driver)
  return {
    async people(project, { search, limit, ...query }) {
      const { tables, values, param } = trafficSql(project, query)
      const people = peopleSql(driver, {
        condition: `${among(query)} AND person IN (SELECT m.person FROM matching AS m ${ofGoal(query)})`,
        search: param(search),
        named: param(idRows(await named(project, search))),
        limit: param(limit),
      })
      const rows = await driver.query(`WITH ${tables} ${people}`, values)
      return rows.map(toSummary)
    },

    async events(project, { limit, before, ...query }) {
      const { tables, values, param } = trafficSql(project, query)
      const older =
        before === undefined
          ? ''
          : `AND (m.ts, m.event_id, m.event) < (${[before.ts, before.eventId, before.event].map(param).join(', ')})`
      const rows = await driver.query(
        `WITH ${tables}, page AS (
          SELECT m.event, m.event_id FROM matching AS m ${ofGoal(query)} WHERE TRUE ${older}
          ORDER BY m.ts DESC, m.event_id DESC, m.event DESC LIMIT ${param(limit)}
        )
        SELECT ${EVENT_FIELDS} FROM events
        WHERE project = $1 AND ts >= $2 AND ts < $3 AND (event, event_id) IN (SELECT event, event_id FROM page)
        ORDER BY ts DESC, event_id DESC, event DESC`,
        values,
      )
      return rows.map(toStoredEvent)
    },
  }
}

/** With a goal only of those who reached it. */
function ofGoal({ goal }: TrafficQuery): string {
  return goal === undefined ? '' : 'JOIN reached ON reached.person = m.person'
}
