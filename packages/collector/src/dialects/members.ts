import { isObject, type JsonMembers } from './json-members.ts'

/** Members of an object, taken one by one. What nobody takes is not lost: it is the rest. Plain data, since messages come by thousands. */
export interface Members {
  readonly source: JsonMembers
  readonly taken: string[]
  readonly inner: { readonly name: string; readonly members: Members }[]
}

/** The members of what is not there: there is nothing to take, so that all can share it. */
export const NOTHING: Members = { source: {}, taken: [], inner: [] }

/** The members of `value`; none when it is no object. */
export function membersOf(value: unknown): Members {
  return isObject(value) ? { source: value, taken: [], inner: [] } : NOTHING
}

/** Takes a member that is what its place wants; any other stays. Names are ours: none is one that every object has. */
export function take<T>(from: Members, name: string, is: (value: unknown) => value is T): T | undefined {
  const member = from.source[name]
  if (!is(member) || from.taken.includes(name)) return undefined
  from.taken.push(name)
  return member
}

/** Removes members that say nothing of their own. */
export function drop(from: Members, names: readonly string[]): void {
  if (from !== NOTHING) from.taken.push(...names)
}

/** The members of an object within this one. What is left of them stays under its name. */
export function within(from: Members, name: string): Members {
  const known = from.inner.find((each) => each.name === name)
  if (known) return known.members
  const members = membersOf(take(from, name, isObject))
  if (members !== NOTHING) from.inner.push({ name, members })
  return members
}

const NO_NAMES: ReadonlySet<string> = new Set()

/** What is left, and is not called as one of `ignored`. */
export function allOf({ source, taken }: Members, ignored = NO_NAMES): JsonMembers {
  const rest: { [name: string]: unknown } = {}
  for (const name of Object.keys(source)) {
    if (ignored.has(name) || taken.includes(name)) continue
    keep(rest, name, source[name])
  }
  return rest
}

/** What is left as {@link allOf} has it, without members that are null or blank; undefined when that is nothing. */
export function restOf(from: Members, ignored = NO_NAMES): JsonMembers | undefined {
  const { source, taken, inner } = from
  let rest: { [name: string]: unknown } | undefined
  for (const name of Object.keys(source)) {
    const member = source[name]
    if (member === null || member === '' || ignored.has(name) || taken.includes(name)) continue
    rest ??= {}
    keep(rest, name, member)
  }
  for (const { name, members } of inner) {
    const left = restOf(members)
    if (left === undefined) continue
    rest ??= {}
    keep(rest, name, left)
  }
  return rest
}

/** Sets a member by any name: an own `__proto__` is refused with the canonical event, and is not to vanish before. */
export function keep(to: { [name: string]: unknown }, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(to, name, { value, enumerable: true, configurable: true, writable: true })
  else to[name] = value
}
