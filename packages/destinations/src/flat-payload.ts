import type { Adjustment } from '@threadline/core'
import type { Json, JsonObject } from '@threadline/schema'

const MAX_KEYS = 10
const MAX_VALUE_LENGTH = 255

export interface FlatPayload {
  /** Absent when there is nothing to send. */
  readonly payload: { readonly [key: string]: string } | undefined
  readonly adjustments: readonly Adjustment[]
}

/** Members that are kept whatever else has to go. */
const ALWAYS_KEPT = new Set(['amount', 'currency'])

/**
 * Makes a payload of at most ten keys with at most 255 characters each.
 *
 * Objects are flattened with `_`, arrays become JSON text, other values text; null and empty objects vanish. `reserved`
 * wins over a property of the same name and is kept, as `amount` and `currency` are; of the others, the first stay.
 */
export function flatPayload(properties: JsonObject, reserved: { readonly [key: string]: string }): FlatPayload {
  const flattened: string[] = []
  const dropped: string[] = []
  const truncated: string[] = []
  const texts = new Map<string, string>()

  function add(key: string, value: Json | undefined): void {
    if (value === null || value === undefined || Object.hasOwn(reserved, key)) return
    if (typeof value !== 'object') put(key, String(value))
    else if (isArray(value)) put(key, JSON.stringify(value))
    else for (const [name, member] of Object.entries(value)) add(`${key}_${name}`, member)
  }

  function put(key: string, text: string): void {
    // Two members may flatten to one key: `a_b` and `a: { b }`.
    if (texts.has(key)) dropped.push(key)
    else texts.set(key, text)
  }

  // As it would be on the wire: a Date in there is text, and NaN is null.
  const plain: JsonObject = JSON.parse(JSON.stringify(properties))
  for (const [name, value] of Object.entries(plain)) {
    if (typeof value === 'object' && value !== null) flattened.push(name)
    add(name, value)
  }

  const yielding = [...texts.keys()].filter((key) => !ALWAYS_KEPT.has(key))
  const kept = texts.size - yielding.length + Object.keys(reserved).length
  const excess = yielding.slice(MAX_KEYS - kept)
  dropped.push(...excess)
  for (const key of excess) texts.delete(key)

  const payload: [string, string][] = []
  for (const [key, text] of [...texts, ...Object.entries(reserved)]) {
    if (text.length > MAX_VALUE_LENGTH) truncated.push(key)
    payload.push([key, text.length > MAX_VALUE_LENGTH ? cut(text) : text])
  }

  const adjustments: Adjustment[] = []
  if (flattened.length > 0) adjustments.push({ kind: 'flattened', detail: flattened.join(', ') })
  if (dropped.length > 0) adjustments.push({ kind: 'keys_dropped', detail: dropped.join(', ') })
  if (truncated.length > 0) adjustments.push({ kind: 'value_truncated', detail: truncated.join(', ') })
  return { payload: payload.length === 0 ? undefined : Object.fromEntries(payload), adjustments }
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

/** The first 255 code units, or one fewer when that would leave half of a surrogate pair. */
function cut(text: string): string {
  const end = /[\ud800-\udbff]/.test(text.charAt(MAX_VALUE_LENGTH - 1)) ? MAX_VALUE_LENGTH - 1 : MAX_VALUE_LENGTH
  return text.slice(0, end)
}
