/** A value that whatever a function calls and awaits can read, such as `AsyncLocalStorage` keeps. */
export interface Ambient<Value> {
  run<Result>(value: Value, callback: () => Result): Result
  get(): Value | undefined
}
