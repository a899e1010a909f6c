/** Whether everything in `expected` is in `actual` too: objects by their members, lists whole. */
export function isSubset(expected: unknown, actual: unknown): boolean {
  if (isAsymmetric(expected)) return expected.asymmetricMatch(actual)
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, index) => isSubset(item, actual[index]))
    )
  }
  if (!isObject(expected)) return Object.is(expected, actual)
  return isObject(actual) && Object.entries(expected).every(([key, value]) => isSubset(value, actual[key]))
}

interface AsymmetricMatcher {
  asymmetricMatch(actual: unknown): boolean
}

/** `expect.any(String)` and its like, as vitest and jest make them. */
function isAsymmetric(value: unknown): value is AsymmetricMatcher {
  return isObject(value) && typeof value['asymmetricMatch'] === 'function'
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null
}
