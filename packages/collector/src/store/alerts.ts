import { randomInt } from 'node:crypto'
import { bounded } from './bounded-sql.ts'
import type { Columns, SqlDriver, SqlRow, SqlValue } from './driver.ts'
import type { AlertStore, StoredAlert } from './stored-alerts.ts'

const TRAFFIC: Columns = { project: 'VARCHAR', hour: 'BIGINT', name: 'VARCHAR', slot: 'INTEGER', count: 'BIGINT' }

/** Collectors on one database count in rows of their own, so that they do not wait for each other. */
const SLOTS = 16

const READ = `SELECT project, hour, name, ${bounded('sum(count)')} AS count FROM traffic WHERE hour >= $1 AND hour <= $2`
const GROUPED = 'GROUP BY project, hour, name'

const ALERT = 'subject, started_at, ended_at, details, due_at, attempts, version'
const INSERT = `INSERT INTO alerts (${ALERT}) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING subject`
const UPDATE = `UPDATE alerts SET started_at = $2, ended_at = $3, details = $4, due_at = $5, attempts = $6, version = $7
  WHERE subject = $1 AND version = $8 RETURNING subject`

/**
 * Counts of hours, and alerts. It reads and writes a few rows in lanes whose statements end by this process's clock: who tells of a
 * database that is frozen must not wait for it, nor for reports.
 */
export function createAlertStore(driver: SqlDriver): AlertStore {
  const slot = randomInt(SLOTS)
  const names = Object.keys(TRAFFIC).join(', ')
  const upsert = `INSERT INTO traffic (${names}) SELECT ${names} FROM ${driver.rowsFrom('$1', TRAFFIC)}
    ON CONFLICT (project, hour, name, slot) DO UPDATE SET count = ${bounded(`${bounded('traffic.count')} + excluded.count`)}`

  return {
    async addTraffic(counts) {
      if (counts.length === 0) return
      // One order everywhere, so that two transactions never wait for each other in a circle.
      const rows = [...counts].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).map((count) => ({ ...count, slot }))
      await driver.ingest((session) => session.query(upsert, [JSON.stringify(rows)]))
    },
    async traffic({ from, to }, project) {
      const rows =
        project === undefined
          ? await driver.lookup(`${READ} ${GROUPED}`, [from, to])
          : await driver.lookup(`${READ} AND project = $3 ${GROUPED}`, [from, to, project])
      return rows.map((row) => ({
        project: String(row['project']),
        hour: Number(row['hour']),
        name: String(row['name']),
        count: Number(row['count']),
      }))
    },
    async trafficProjects(from) {
      const rows = await driver.lookup(`SELECT DISTINCT project FROM traffic WHERE hour >= $1 AND project <> ''`, [
        from,
      ])
      return rows.map(({ project }) => String(project))
    },
    async forgetTraffic(hour) {
      await driver.ingest((session) => session.query('DELETE FROM traffic WHERE hour < $1', [hour]))
    },
    async alerts() {
      return (await driver.lookup(`SELECT ${ALERT} FROM alerts ORDER BY subject`)).map(toAlert)
    },
    async putAlert(next, seen) {
      const values = valuesOf(next)
      const [text, all] = seen === undefined ? [INSERT, values] : [UPDATE, [...values, seen.version]]
      return (await driver.ingest((session) => session.query(text, all))).length > 0
    },
  }
}

function keyOf({ project, hour, name }: { readonly project: string; readonly hour: number; readonly name: string }) {
  return [project, hour, name].join('\0')
}

function valuesOf({ subject, startedAt, endedAt, details, dueAt, attempts, version }: StoredAlert): SqlValue[] {
  return [subject, startedAt, endedAt, details, dueAt, attempts, version]
}

function toAlert(row: SqlRow): StoredAlert {
  const instant = (value: SqlRow[string] | undefined) => (value === null || value === undefined ? null : Number(value))
  return {
    subject: String(row['subject']),
    startedAt: Number(row['started_at']),
    endedAt: instant(row['ended_at']),
    details: String(row['details']),
    dueAt: instant(row['due_at']),
    attempts: Number(row['attempts']),
    version: Number(row['version']),
  }
}
