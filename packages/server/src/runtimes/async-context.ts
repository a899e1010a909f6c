import type { Ambient } from '../client/ambient.ts'

interface Storage<Value> {
  run<Result>(value: Value, callback: () => Result): Result
  getStore(): Value | undefined
}

interface StorageClass {
  new <Value>(): Storage<Value>
  snapshot?(): (run: () => void) => void
}

const Storage = findClass()
/** The context in which this module was loaded: no request's. */
const outside = Storage?.snapshot?.()

/**
 * The global class of edge functions, or Node's own where the runtime hands out Node's modules: Deno, and Workers with
 * `nodejs_compat`. An import would fail where there is none.
 */
function findClass(): StorageClass | undefined {
  try {
    const { AsyncLocalStorage, process } = globalThis as Globals
    return AsyncLocalStorage ?? process?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage
  } catch {
    return undefined
  }
}

interface Globals {
  readonly AsyncLocalStorage?: StorageClass
  readonly process?: {
    getBuiltinModule?(name: string): { readonly AsyncLocalStorage?: StorageClass } | undefined
  }
}

/** `undefined` where there is no `AsyncLocalStorage`. */
export function createAmbient<Value>(): Ambient<Value> | undefined {
  if (!Storage) return undefined
  const storage = new Storage<Value>()
  return { run: (value, callback) => storage.run(value, callback), get: () => storage.getStore() }
}

/** See its namesake for Node. Runs it as it is where there are no asynchronous contexts. */
export function detached(run: () => void): void {
  if (outside) outside(run)
  else run()
}
