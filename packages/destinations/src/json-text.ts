import type { JsonObject } from '@threadline/schema'

/**
 * JSON text of an object: `members` as `JSON.stringify` has them, then `raw`, whose values are JSON text already.
 *
 * `raw` wins over a member of the same name. It carries what must not be stringified twice (properties that were
 * measured) and numbers that a double would round (money in major units).
 */
export function jsonText(members: JsonObject, raw: { readonly [key: string]: string | undefined }): string {
  const rest: { [key: string]: JsonObject[string] } = { ...members }
  let tail = ''
  for (const [key, text] of Object.entries(raw)) {
    if (text === undefined) continue
    delete rest[key]
    tail += `,${JSON.stringify(key)}:${text}`
  }
  const head = JSON.stringify(rest).slice(1, -1)
  return `{${head === '' ? tail.slice(1) : head + tail}}`
}

/** A string as JSON text, for `raw`. */
export function quoted(value: string | undefined): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value)
}
