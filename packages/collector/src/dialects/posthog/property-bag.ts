import { isObject, type JsonMembers } from '../segment/members.ts'

/** Properties that are taken out one by one. What nobody takes stays under its own name, whatever it holds. */
export interface PropertyBag {
  /** Takes the property when it is of the kind; leaves any other where it is. */
  take<T>(name: string, isKind: (value: unknown) => value is T): T | undefined
  /** Takes properties away whatever they hold: instructions, and what other fields say already. */
  drop(...names: readonly string[]): void
  /** The names that are left. */
  names(): readonly string[]
  /** What is left. */
  rest(): JsonMembers
}

/** Makes a bag of what a body calls its properties; of anything but an object, an empty one. */
export function createPropertyBag(all: unknown): PropertyBag {
  const left = new Map(isObject(all) ? Object.entries(all) : [])
  return {
    take(name, isKind) {
      const value = left.get(name)
      if (!isKind(value)) return undefined
      left.delete(name)
      return value
    },
    drop(...names) {
      for (const name of names) left.delete(name)
    },
    names: () => [...left.keys()],
    rest: () => Object.fromEntries(left),
  }
}
