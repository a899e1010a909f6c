import { type JsonObject, LIMITS } from '@threadline/schema'
import { isPromiseLike } from './promise-like.ts'

/** An object whose members are read by name. */
interface Members {
  readonly [name: string]: unknown
}

type Ancestors = readonly object[]

/**
 * Gives a value of a property the form in which it travels, where JSON has none or an empty one:
 *
 * | value | form |
 * |---|---|
 * | `bigint` | decimal text |
 * | `Map` | object, its keys as text |
 * | `Set` | array |
 * | `Error` | `{ name, message }`: no stack, and nothing that a library hangs on it |
 * | an object with `toJSON` (`Date`, `URL`, decimals) | what that gives |
 * | an instance of a class | its own fields |
 *
 * Returns `value` itself when nothing in it has to change. Functions, symbols and `undefined` vanish, and `NaN` is `null`,
 * as `JSON.stringify` has it.
 *
 * @param path - Where the value stands, for messages.
 * @throws TypeError for what would arrive as `{}` or as something else than it stands for: a promise, a query that nobody awaited, bytes, an object whose contents JSON cannot see; and for a
 * circle.
 */
export function jsonForm(value: unknown, path: string): unknown {
  return isJson(value, 0) ? value : formOf(value, path, [])
}

/**
 * {@link jsonForm} of properties or traits.
 *
 * @throws TypeError also for what becomes no object: a `Set`, a `Date`.
 */
export function objectForm(value: JsonObject | undefined, path: string): JsonObject | undefined {
  const form = jsonForm(value, path) as JsonObject | undefined
  // What has a form of its own shows it only in JSON.
  if (form === undefined || (isPlain(form) && !hasToJson(form))) return form
  const made: unknown = JSON.parse(JSON.stringify(form) ?? 'null')
  if (typeof made === 'object' && made !== null && !Array.isArray(made)) return made as JsonObject
  throw new TypeError(`${path} must become an object in JSON`)
}

/**
 * Whether a value is what JSON has, all the way down: true of nearly every event, so that it costs no more than a look. False
 * also where it is too deep to tell, as a circle is.
 */
function isJson(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint'
  if (depth > LIMITS.depth) return false
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) if (!isJson(value[index], depth + 1)) return false
    return true
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  for (const name in value) if (!isJson((value as Members)[name], depth + 1)) return false
  return true
}

function formOf(value: unknown, path: string, ancestors: Ancestors): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null || ancestors.length > LIMITS.depth) return value
  if (ancestors.includes(value)) throw new TypeError(`${path} is circular`)
  const within = [...ancestors, value]
  if (Array.isArray(value)) return listForm(value, path, within)
  if (isPlain(value)) return hasToJson(value) ? value : membersForm(value as Members, path, within)
  return instanceForm(value, path, within)
}

function listForm(list: readonly unknown[], path: string, within: Ancestors): readonly unknown[] {
  let changed: unknown[] | undefined
  for (let index = 0; index < list.length; index += 1) {
    const form = formOf(list[index], `${path}.${index}`, within)
    if (form === list[index]) continue
    changed ??= [...list]
    changed[index] = form
  }
  return changed ?? list
}

function membersForm(members: Members, path: string, within: Ancestors): Members {
  let changed: { [name: string]: unknown } | undefined
  for (const name of Object.keys(members)) {
    const member = members[name]
    if (typeof member !== 'bigint' && (typeof member !== 'object' || member === null)) continue
    const form = formOf(member, `${path}.${name}`, within)
    if (form === member) continue
    changed ??= { ...members }
    changed[name] = form
  }
  return changed ?? members
}

/** By its tag, not by `instanceof`: it may come from another realm, as in Jest. */
function instanceForm(object: object, path: string, within: Ancestors): unknown {
  const tag = Object.prototype.toString.call(object).slice(8, -1)
  switch (tag) {
    case 'Map':
      return membersForm(
        Object.fromEntries([...(object as Map<unknown, unknown>)].map(([key, value]) => [String(key), value])),
        path,
        within,
      )
    case 'Set':
      return listForm([...(object as Set<unknown>)], path, within)
    case 'Error':
    case 'DOMException': {
      const { name, message } = object as Error
      return { name: String(name), message: String(message) }
    }
    case 'Number':
    case 'String':
    case 'Boolean':
      return object
    default:
  }
  if (isPromiseLike(object)) throw new TypeError(`${path} is a promise: await it before you capture`)
  if (ArrayBuffer.isView(object)) throw new TypeError(`${path} is ${tag}, which is bytes: pass text, such as base64`)
  if (hasToJson(object)) return object
  if (Object.keys(object).length > 0) return membersForm(object as Members, path, within)
  throw new TypeError(`${path} is ${nameOf(object, tag)}, of which JSON sees nothing: pass what is in it`)
}

/** An object literal, or one without a prototype, of any realm. */
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object)
  return (
    prototype === null ||
    prototype === Object.prototype ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'hasOwnProperty'))
  )
}

function hasToJson(object: object): boolean {
  return 'toJSON' in object && typeof object.toJSON === 'function'
}

function nameOf(object: object, tag: string): string {
  const name: unknown = object.constructor?.name
  return typeof name === 'string' && name !== '' ? name : tag
}

/** A copy of objects and lists, however deep; what else is in them stays the same: a hook sees a `Map` as a `Map`. */
export function copyOf<Value>(value: Value, path: string): Value
export function copyOf(value: unknown, path: string, ancestors?: Ancestors): unknown
export function copyOf(value: unknown, path: string, ancestors: Ancestors = []): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (ancestors.includes(value)) throw new TypeError(`${path} is circular`)
  const within = [...ancestors, value]
  if (Array.isArray(value)) return value.map((item, index) => copyOf(item, `${path}.${index}`, within))
  if (!isPlain(value) || hasToJson(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, copyOf(member, `${path}.${name}`, within)]),
  )
}
