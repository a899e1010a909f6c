import { attempt } from './attempt.ts'

/** The value of a `localStorage` key: `null` when it is absent, `undefined` when storage is forbidden. */
export function readLocal(key: string): string | null | undefined {
  return attempt(() => localStorage.getItem(key))
}

/** Sets a `localStorage` key, or removes it when `value` is absent. False when storage is forbidden or full. */
export function writeLocal(key: string, value?: string): boolean {
  return !!attempt(() => {
    if (value === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
    return true
  })
}

/** Every key that starts with `prefix`. */
export function localKeys(prefix: string): string[] {
  return attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(prefix))) ?? []
}
