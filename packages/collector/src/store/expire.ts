import type { SqlDriver } from './driver.ts'
import type { Store } from './store.ts'

const OF_PROJECT = 'DELETE FROM events WHERE project = $1 AND day < $2'
const OF_ALL = 'DELETE FROM events WHERE day < $1'

/** Removes old events: whole months where all projects agree on them, and row by row what is left. */
export function createExpire(driver: SqlDriver): Store['expire'] {
  const ofOthers = `${OF_ALL} AND project NOT IN (SELECT project FROM ${driver.rowsFrom('$2', { project: 'VARCHAR' })})`

  return async (day, ofProjects = {}) => {
    const projects = Object.entries(ofProjects)
    if (day !== null) await driver.dropBefore(Math.min(day, ...projects.map(([, own]) => own)))
    for (const [project, own] of projects) {
      await driver.transaction((session) => session.query(OF_PROJECT, [project, own]))
    }
    if (day === null) return
    const named = JSON.stringify(projects.map(([project]) => ({ project })))
    await driver.transaction((session) =>
      projects.length === 0 ? session.query(OF_ALL, [day]) : session.query(ofOthers, [day, named]),
    )
  }
}
