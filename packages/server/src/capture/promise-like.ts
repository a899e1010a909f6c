/** Whether a value is a promise, of whatever realm or library. */
export function isPromiseLike<Value, Awaited>(value: Value | PromiseLike<Awaited>): value is PromiseLike<Awaited> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
