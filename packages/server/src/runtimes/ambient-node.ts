import { AsyncLocalStorage } from 'node:async_hooks'
import type { Ambient } from '../client/ambient.ts'

export function createAmbient<Value>(): Ambient<Value> {
  const storage = new AsyncLocalStorage<Value>()
  return { run: (value, callback) => storage.run(value, callback), get: () => storage.getStore() }
}
