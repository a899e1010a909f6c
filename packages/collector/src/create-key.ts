import { randomBytes, randomUUID } from 'node:crypto'
import { checkProject, hashKey, type KeyKind } from './keys.ts'
import type { Store } from './store/store.ts'

export interface CreateKeyOptions {
  readonly kind: KeyKind
  /** @defaultValue `'default'` */
  readonly project?: string
  /** What it is for, for people. @defaultValue empty */
  readonly name?: string
  /** Where a `pk_` key may be used; see {@link KeyConfig}. @defaultValue anywhere */
  readonly origins?: readonly string[]
}

/**
 * Makes a random key and keeps its hash; of a key for pages, which show it to everybody, the key itself too. Collectors on this store accept it within seconds.
 *
 * To rotate, make a new key, move the senders over, and revoke the old one with `store.revokeKey(id, Date.now())`.
 *
 * @returns `key`, which cannot be shown again unless it is one for pages, and its `id`.
 * @throws TypeError when the project is malformed.
 */
export async function createKey(
  store: Pick<Store, 'addKey'>,
  { kind, project = 'default', name = '', origins = [] }: CreateKeyOptions,
): Promise<{ readonly id: string; readonly key: string }> {
  checkProject(project)
  const key = `${kind}_${randomBytes(24).toString('base64url')}`
  const id = randomUUID()
  const publicKey = kind === 'pk' ? key : undefined
  await store.addKey({ id, hash: hashKey(key), kind, project, name, origins, createdAt: Date.now(), publicKey })
  return { id, key }
}
