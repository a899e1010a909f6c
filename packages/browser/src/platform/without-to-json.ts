/** Runs `run` without the `toJSON` methods that libraries of before ES5 gave to built-ins: they write arrays as strings. */
export function withoutToJson<Result>(run: () => Result): Result {
  const restore = [Object, Array, String, Number, Boolean].map(({ prototype }) => {
    const method = Object.getOwnPropertyDescriptor(prototype, 'toJSON')
    Reflect.deleteProperty(prototype, 'toJSON')
    return () => method && Object.defineProperty(prototype, 'toJSON', method)
  })
  try {
    return run()
  } finally {
    for (const one of restore) one()
  }
}
