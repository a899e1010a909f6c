/** Runs `run` without the `toJSON` methods that libraries of before ES5 gave to built-ins: they write arrays as strings. */
export function withoutToJson<Result>(run: () => Result): Result {
  const found: [prototype: object, method: PropertyDescriptor][] = []
  for (const { prototype } of [Object, Array, String, Number, Boolean]) {
    const method = Object.getOwnPropertyDescriptor(prototype, 'toJSON')
    if (method?.configurable && Reflect.deleteProperty(prototype, 'toJSON')) found.push([prototype, method])
  }
  try {
    return run()
  } finally {
    for (const [prototype, method] of found) Object.defineProperty(prototype, 'toJSON', method)
  }
}
