import type { SqlDriver, SqlRow } from './driver.ts'
import type { Store, StoredKey } from './store.ts'

const COLUMNS = 'id, hash, kind, project, name, origins, created_at, revoked_at'

const INSERT = `INSERT INTO api_keys (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)`
const LIST = `SELECT ${COLUMNS} FROM api_keys ORDER BY created_at, id`
const REVOKE = `UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id`

/** Pages show their key to everybody, so it is kept as it is, in a row of its own: those that are no secret are told from others there. */
const NAMED = 'public_key:'
const PUBLISH = `INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING`
const PUBLISHED = `SELECT s.value FROM api_keys AS k JOIN settings AS s ON s.name = '${NAMED}' || k.id
  WHERE k.project = $1 AND k.kind = 'pk' AND k.revoked_at IS NULL ORDER BY k.created_at, k.id`

/** Keys by their hash; what a secret key itself is, only its owner knows. */
export function createKeyStore(driver: SqlDriver): Pick<Store, 'addKey' | 'keys' | 'publicKeys' | 'revokeKey'> {
  return {
    async addKey({ id, hash, kind, project, name, origins, createdAt, publicKey }) {
      const values = [id, hash, kind, project, name, JSON.stringify(origins), createdAt]
      await driver.transaction(async (session) => {
        await session.query(INSERT, values)
        if (publicKey !== undefined) await session.query(PUBLISH, [`${NAMED}${id}`, publicKey])
      })
    },
    async keys() {
      const rows = await driver.lookup(LIST)
      return rows.map(toStoredKey)
    },
    async publicKeys(project) {
      const rows = await driver.lookup(PUBLISHED, [project])
      return rows.map((row) => String(row['value']))
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
