import { isCarriedId } from '@threadline/schema'
import type { Cookies } from './cookies.ts'
import { readLocal, writeLocal } from './local-storage.ts'

/** One short value kept in a cookie and in `localStorage`. The cookie wins: subdomains share it. */
export interface Mirror {
  /** What is kept, if it has the form of an id: anybody can write cookies. */
  read(): string | undefined
  /** Keeps a value, or nothing when it is empty. A cookie that is right is left alone, unless it is to be renewed. */
  write(value: string, renew?: boolean): void
}

export function createMirror(cookies: Cookies, name: string, key: string = name): Mirror {
  return {
    read() {
      if (cookies.read(name)[1]) cookies.removeStrays(name)
      return [...cookies.read(name), readLocal(key)].find(isCarriedId)
    },
    write(value, renew) {
      if (renew || cookies.read(name)[0] !== value) cookies.write(name, value)
      writeLocal(key, value)
    },
  }
}
