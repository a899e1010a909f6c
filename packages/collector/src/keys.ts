import { createHash } from 'node:crypto'
import type { Store } from './store/store.ts'

/**
 * `pk` may only send, from the origins on its list; `sk` may send and read; `rk` may only read. `mk` opens the metrics of the whole
 * collector and nothing that is known of a person.
 */
export type KeyKind = 'pk' | 'sk' | 'rk' | 'mk'

/** A key as it is configured. */
export interface KeyConfig {
  /** `pk_`, `sk_`, `rk_` or `mk_` and 4 to 200 of `A-Z a-z 0-9 _ -`. */
  readonly key: string
  /** Events of different projects never meet. @defaultValue `'default'` */
  readonly project?: string
  /**
   * Where a `pk_` key may be used, as browsers send it in `Origin`: `https://example.com`. A `*` stands for one or more
   * whole labels: `https://*.example.com`. Absent or empty: anywhere.
   */
  readonly origins?: readonly string[]
}

/** What a request with a known key may do. */
export interface Access {
  readonly kind: KeyKind
  readonly project: string
  readonly origins: readonly string[]
}

/** The access of a key that may send. */
export interface SenderAccess extends Access {
  readonly kind: 'pk' | 'sk'
}

export function isSender(access: Access): access is SenderAccess {
  return access.kind === 'pk' || access.kind === 'sk'
}

export interface Keyring {
  /** The access a key gives; undefined when it is unknown or revoked. */
  find(key: string): Access | undefined
  /**
   * The configured keys that a project's pages send with. They stand in those pages, so they are no secret.
   */
  publicKeys(project: string): readonly string[]
  /** Reads the stored keys again when they may have changed. Keeps what it knows when the store does not answer. */
  refresh(): Promise<void>
}

const KEY = /^(pk|sk|rk|mk)_[\w-]{4,200}$/
const PROJECT = /^[\w.-]{1,64}$/

/** A revoked key stops, and a new one starts, within this time on every collector. */
const REFRESH_MS = 5_000

export interface KeyringOptions {
  readonly keys: readonly KeyConfig[]
  readonly store: Pick<Store, 'keys'>
  readonly now: () => number
}

/**
 * Knows the keys that are configured and those in the store, by their hash only, so that neither a heap dump nor the
 * time a lookup takes gives one away.
 *
 * @throws TypeError when a key or project is malformed, or a key is given twice. The message does not repeat the key.
 */
export function createKeyring({ keys, store, now }: KeyringOptions): Keyring {
  const configured = readConfig(keys)
  let stored: ReadonlyMap<string, Access> = new Map()
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined

  async function read(): Promise<void> {
    try {
      const valid = (await store.keys()).filter(({ revokedAt }) => revokedAt === null)
      // A key that is known keeps its access object: rate limits hang on it.
      stored = new Map(valid.map((key) => [key.hash, stored.get(key.hash) ?? key]))
    } catch {
      // Whoever needs the store next is told that it does not answer.
    }
    readAt = now()
    reading = undefined
  }

  return {
    find(key) {
      if (!KEY.test(key)) return undefined
      const hash = hashKey(key)
      return configured.get(hash) ?? stored.get(hash)
    },
    publicKeys: (project) =>
      keys
        .filter(({ key, project: of = 'default' }) => of === project && kindOf(key.trim()) === 'pk')
        .map(({ key }) => key.trim()),
    async refresh() {
      if (Math.abs(now() - readAt) < REFRESH_MS) return
      reading ??= read()
      await reading
    },
  }
}

/** @throws TypeError when a key or project is malformed, or a key is given twice. The message does not repeat the key. */
export function checkKeys(keys: readonly KeyConfig[]): void {
  readConfig(keys)
}

function readConfig(keys: readonly KeyConfig[]): ReadonlyMap<string, Access> {
  const byHash = new Map<string, Access>()
  for (const { key, project = 'default', origins = [] } of keys) {
    const kind = kindOf(key.trim())
    if (!kind) throw new TypeError('keys: a key is pk_, sk_, rk_ or mk_ and 4 to 200 of A-Z a-z 0-9 _ -')
    checkProject(project)
    const hash = hashKey(key)
    if (byHash.has(hash)) throw new TypeError('keys: the same key is given twice')
    byHash.set(hash, { kind, project, origins })
  }
  return byHash
}

/** @throws TypeError when it is not 1 to 64 of `A-Z a-z 0-9 _ . -`. */
export function checkProject(project: string): void {
  if (!PROJECT.test(project)) throw new TypeError('a project is 1 to 64 of A-Z a-z 0-9 _ . -')
}

/**
 * What is kept of a key. White space around it, which files and secret stores bring along, is no part of it. SHA-256 is
 * enough here: keys are long and random, so there is nothing to guess.
 */
export function hashKey(key: string): string {
  return createHash('sha256').update(key.trim()).digest('hex')
}

/** The kind a key's prefix tells; undefined when it is no key. */
function kindOf(key: string): KeyKind | undefined {
  const prefix = KEY.exec(key)?.[1]
  return prefix === 'pk' || prefix === 'sk' || prefix === 'rk' || prefix === 'mk' ? prefix : undefined
}

/** What a browser sends as `Origin`, with `*` for whole labels. Anything else would never match. */
const ORIGIN = /^https?:\/\/[\w*.-]+(:\d+)?$/

/** Whether a text can stand on a key's list of origins. */
export function isOrigin(text: string): boolean {
  return ORIGIN.test(text)
}

/** Tells whether `origin` is on the list; an empty list allows everything, an absent `Origin` only that. */
export function originAllowed(origins: readonly string[], origin: string | null): boolean {
  if (origins.length === 0) return true
  return origin !== null && origins.some((allowed) => matchesOrigin(allowed, origin))
}

function matchesOrigin(allowed: string, origin: string): boolean {
  const star = allowed.indexOf('*')
  if (star === -1) return allowed === origin
  const [before, after] = [allowed.slice(0, star), allowed.slice(star + 1)]
  if (!origin.startsWith(before) || !origin.endsWith(after)) return false
  const labels = origin.slice(before.length, origin.length - after.length)
  return /^[a-z0-9.-]+$/i.test(labels)
}
