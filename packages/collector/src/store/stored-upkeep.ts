/** A key as it is stored. */
export interface StoredKey {
  readonly id: string
  /** SHA-256 of the key, in hex. */
  readonly hash: string
  readonly kind: 'pk' | 'sk' | 'rk' | 'mk'
  readonly project: string
  /** What it is for, for people. */
  readonly name: string
  readonly origins: readonly string[]
  /** In ms since the epoch. */
  readonly createdAt: number
  readonly revokedAt: number | null
}

/** That somebody was erased; nothing says who. */
export interface StoredErasure {
  readonly id: string
  /** In ms since the epoch. */
  readonly erasedAt: number
  readonly events: number
  readonly links: number
  /** When the files were written anew, in ms since the epoch; null while bytes may still be in there. */
  readonly compactedAt: number | null
}

/** A one-time link to the live page. */
export interface StoredLoginLink {
  /** SHA-256 of its token, in hex. */
  readonly hash: string
  readonly project: string
  /** In ms since the epoch. */
  readonly expiresAt: number
}

/** A browser in which the live page is open. */
export interface StoredPageSession {
  readonly id: string
  readonly project: string
  /** In ms since the epoch. */
  readonly createdAt: number
  readonly expiresAt: number
}
