import { hashKey, type SenderAccess } from '../keys.ts'

const PROJECT = /^[\w.-]{1,64}$/

/** One credential of a service and what it opens. */
export interface AccessEntry {
  /** Who has it: `pk` when every page shows it, `sk` when it is a server's secret. */
  readonly kind: SenderAccess['kind']
  /** A key, or a cookie as `name=value`. Kept by its hash only. */
  readonly credential: string
  /** What it opens: a site, a website's number, a workspace. */
  readonly scope: string
  /** @defaultValue `'default'` */
  readonly project?: string | undefined
}

/** Credentials of services that the collector does not make itself. */
export interface AccessList {
  /** What a credential opens, by scope; undefined when it is unknown. Always the same objects: rate limits hang on them. */
  find(credential: string): ReadonlyMap<string, SenderAccess> | undefined
}

/** @throws TypeError when a credential or scope is blank or a project malformed. The message repeats no credential. */
export function createAccessList(service: string, entries: readonly AccessEntry[]): AccessList {
  const byHash = new Map<string, Map<string, SenderAccess>>()
  for (const { kind, credential, scope, project = 'default' } of entries) {
    if (credential.trim() === '' || scope === '') throw new TypeError(`dialects.${service}: a credential is incomplete`)
    if (!PROJECT.test(project)) {
      throw new TypeError(`dialects.${service}: a project is 1 to 64 of A-Z a-z 0-9 _ . -`)
    }
    const hash = hashKey(credential)
    const opened = byHash.get(hash) ?? new Map<string, SenderAccess>()
    byHash.set(hash, opened.set(scope, { kind, project, origins: [] }))
  }
  return { find: (credential) => byHash.get(hashKey(credential)) }
}
