import type { Ambient } from '../client/ambient.ts'

interface Storage<Value> {
  run<Result>(value: Value, callback: () => Result): Result
  getStore(): Value | undefined
}

type StorageClass = new <Value>() => Storage<Value>

/** Through the global `AsyncLocalStorage` that edge runtimes have; `undefined` where there is none. */
export function createAmbient<Value>(): Ambient<Value> | undefined {
  const found: unknown = Reflect.get(globalThis, 'AsyncLocalStorage')
  if (typeof found !== 'function') return undefined
  const storage = new (found as StorageClass)<Value>()
  return { run: (value, callback) => storage.run(value, callback), get: () => storage.getStore() }
}
