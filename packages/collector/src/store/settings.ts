import { randomBytes } from 'node:crypto'
import type { SqlDriver } from './driver.ts'
import type { Store } from './store.ts'

const READ = 'SELECT value FROM settings WHERE name = $1'

/** What collectors on one database agree on. */
export function createSettings(driver: SqlDriver): Pick<Store, 'secret'> {
  return {
    async secret(name) {
      const [known] = await driver.lookup(READ, [name])
      if (known) return String(known['value'])
      return driver.transaction(async (session) => {
        // The first of several collectors wins; all then read the same.
        await session.query('INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
          name,
          randomBytes(32).toString('hex'),
        ])
        const [row] = await session.query(READ, [name])
        return String(row?.['value'])
      })
    },
  }
}
