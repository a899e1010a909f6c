import type { SqlDriver, SqlRow } from './driver.ts'
import type { Store, StoredKey } from './store.ts'

const COLUMNS = 'id, hash, kind, project, name, origins, created_at, revoked_at'

const INSERT = `INSERT INTO api_keys (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)`
const LIST = `SELECT ${COLUMNS} FROM api_keys ORDER BY created_at, id`
const REVOKE = `UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id`

/** Keys by their hash; what a key itself is, only its owner knows. */
export function createKeyStore(driver: SqlDriver): Pick<Store, 'addKey' | 'keys' | 'revokeKey'> {
  return {
    async addKey({ id, hash, kind, project, name, origins, createdAt }) {
      const values = [id, hash, kind, project, name, JSON.stringify(origins), createdAt]
      await driver.transaction((session) => session.query(INSERT, values))
    },
    async keys() {
      const rows = await driver.lookup(LIST)
      return rows.map(toStoredKey)
    },
    async revokeKey(id, at) {
      const rows = await driver.transaction((session) => session.query(REVOKE, [id, at]))
      return rows.length > 0
    },
  }
}

function toStoredKey(row: SqlRow): StoredKey {
  return {
    id: String(row['id']),
    hash: String(row['hash']),
    kind: toKind(row['kind']),
    project: String(row['project']),
    name: String(row['name']),
    origins: JSON.parse(String(row['origins'])),
    createdAt: Number(row['created_at']),
    revokedAt: row['revoked_at'] === null ? null : Number(row['revoked_at']),
  }
}

function toKind(value: unknown): StoredKey['kind'] {
  if (value === 'pk' || value === 'sk' || value === 'rk' || value === 'mk') return value
  throw new TypeError('a stored key has a kind that this version does not know')
}
