/**
 * A webhook event of Stripe's, as far as it is read here. Every `Stripe.Event` of the `stripe` package is one, from API
 * version 2022-11-15 to the newest: what is inside is looked for, never taken for granted.
 */
export interface StripeEvent {
  /** `evt_…` */
  readonly id: string
  readonly type: string
  /** `2025-09-30.clover`: the version that `data` is written in. Source: Stripe's `Event.api_version`. */
  readonly api_version?: string | null | undefined
  /** In seconds since the epoch. */
  readonly created: number
  /** `false` in test mode. */
  readonly livemode?: boolean | undefined
  /** The connected account that it happened in. Source: Stripe's `Event.account`. */
  readonly account?: string | null | undefined
  readonly data: {
    readonly object: object
    /** What the changed members were before; only with `….updated` and `charge.refunded`. */
    readonly previous_attributes?: object | null | undefined
  }
}

/** An object of Stripe's. Which members it has depends on the API version. */
export interface StripeObject {
  readonly [member: string]: unknown
}

export function isObject(value: unknown): value is StripeObject {
  return typeof value === 'object' && value !== null
}

/** What lies at a path; `undefined` as soon as a part of the way is missing. */
export function valueAt(from: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((node, member) => (isObject(node) ? node[member] : undefined), from)
}

export function objectAt(from: unknown, ...path: readonly string[]): StripeObject | undefined {
  const value = valueAt(from, ...path)
  return isObject(value) ? value : undefined
}

/** A text at a path, as {@link storableText} has it. */
export function textAt(from: unknown, ...path: readonly string[]): string | undefined {
  const value = valueAt(from, ...path)
  return typeof value === 'string' ? storableText(value) : undefined
}

/** As long as the longest text of the canonical event, a plan's name, may be. Stripe's nicknames can be longer. */
const MAX_TEXT = 500

/**
 * What can be stored of a text: without NUL, half surrogate pairs and anything beyond 500 UTF-16 code units, each of which
 * would have its whole event refused. Undefined when nothing is left.
 */
export function storableText(text: string): string | undefined {
  const storable = text.slice(0, MAX_TEXT).replace(/[\0\p{Surrogate}]/gu, '')
  return storable === '' ? undefined : storable
}

export function numberAt(from: unknown, ...path: readonly string[]): number | undefined {
  const value = valueAt(from, ...path)
  return typeof value === 'number' ? value : undefined
}

/** The id at a path, whether the object is there whole or not. */
export function idAt(from: unknown, ...path: readonly string[]): string | undefined {
  return textAt(from, ...path) ?? textAt(from, ...path, 'id')
}

/** The objects of a list, which Stripe wraps in `data`. */
export function listAt(from: unknown, ...path: readonly string[]): readonly StripeObject[] {
  const value = valueAt(from, ...path)
  const items: unknown = Array.isArray(value) ? value : valueAt(value, 'data')
  return Array.isArray(items) ? items.filter(isObject) : []
}
