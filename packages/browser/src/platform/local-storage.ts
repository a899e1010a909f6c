import { attempt } from './attempt.ts'
import { stores } from './stores.ts'

/** The value of a `localStorage` key; nothing when it is absent or storage is forbidden. */
export function readLocal(key: string): string | null | undefined {
  return attempt(() => stores.local().getItem(key))
}

/** Sets a `localStorage` key, or removes it when `value` is empty. `undefined` when storage is forbidden or full. */
export function writeLocal(key: string, value: string): true | undefined {
  return attempt(() => {
    stores.local()[value ? 'setItem' : 'removeItem'](key, value)
    return true
  })
}

/** Every key that starts with `prefix`. */
export function localKeys(prefix: string): string[] {
  return attempt(() => Object.keys(stores.local()).filter((key) => key.startsWith(prefix))) ?? []
}
