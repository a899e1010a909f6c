import type { Adjustment } from '@threadline/core'
import { type Json, type JsonObject, utf8Bytes } from '@threadline/schema'

/** What a service takes as one parameter. */
export interface ParamRules {
  /** Most parameters, `reserved` ones included. */
  readonly maxKeys: number
  /** A name as the service takes it; `undefined` when it takes none like it. */
  readonly key: (name: string) => string | undefined
  /** A text as the service takes it; shorter than given when it was cut. */
  readonly text: (value: string) => string
}

export interface FlatParams {
  readonly params: { readonly [key: string]: string | number | boolean }
  readonly adjustments: readonly Adjustment[]
}

/**
 * Makes parameters of text, numbers and booleans from any properties.
 *
 * Objects are flattened with `_`, arrays become JSON text; null, blank text and empty objects vanish. What does not fit is
 * cut or left out, the last first, and reported. Names in `reserved` are taken: a property of the name is left out.
 */
export function flatParams(properties: JsonObject, reserved: readonly string[], rules: ParamRules): FlatParams {
  const flattened: string[] = []
  const dropped: string[] = []
  const truncated: string[] = []
  const params = new Map<string, string | number | boolean>()
  let room = rules.maxKeys - reserved.length

  function add(name: string, value: Json | undefined): void {
    if (value === null || value === undefined) return
    if (typeof value !== 'object') put(name, value)
    else if (Array.isArray(value)) put(name, JSON.stringify(value))
    else for (const [member, inner] of Object.entries(value)) add(`${name}_${member}`, inner)
  }

  function put(name: string, value: string | number | boolean): void {
    if (typeof value === 'string' && value.trim() === '') return
    const key = rules.key(name)
    if (key === undefined || reserved.includes(key) || params.has(key) || room === 0) {
      dropped.push(name)
      return
    }
    room -= 1
    const taken = typeof value === 'string' ? rules.text(value) : value
    params.set(key, taken)
    if (taken !== value) truncated.push(name)
  }

  // As it would be on the wire: a Date in there is text, and NaN is null.
  const plain: JsonObject = JSON.parse(JSON.stringify(properties))
  for (const [name, value] of Object.entries(plain)) {
    if (typeof value === 'object' && value !== null) flattened.push(name)
    add(name, value)
  }

  const changes = { flattened, keys_dropped: dropped, value_truncated: truncated }
  const adjustments = Object.entries(changes)
    .filter(([, names]) => names.length > 0)
    .map(([kind, names]) => ({ kind, detail: names.join(', ') }))
  return { params: Object.fromEntries(params), adjustments }
}

/** As many whole characters of `text` as fit into `maxBytes` of UTF-8. */
export function cutBytes(text: string, maxBytes: number): string {
  if (utf8Bytes(text) <= maxBytes) return text
  let bytes = 0
  let cut = ''
  for (const character of text) {
    bytes += utf8Bytes(character)
    if (bytes > maxBytes) break
    cut += character
  }
  return cut
}
