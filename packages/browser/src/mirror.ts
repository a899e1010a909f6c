import { isCarriedId } from '@threadline/schema'
import type { Cookies } from './cookies.ts'
import { readLocal, writeLocal } from './local-storage.ts'

/** One short value kept in a cookie and in `localStorage`. The cookie wins: subdomains share it. */
export interface Mirror {
  /** What is kept, if it has the form of an id: anybody can write cookies. */
  read(): string | undefined
  /** Keeps a value, or nothing when it is absent. What is right already is left alone, unless it is to be renewed. */
  write(value?: string, renew?: boolean): void
}

export function createMirror(cookies: Cookies, cookieName: string, localName: string = cookieName): Mirror {
  return {
    read: () => [cookies.read(cookieName), readLocal(localName)].find(isCarriedId),
    write(value, renew) {
      if (renew || cookies.all(cookieName)[0] !== value) cookies.write(cookieName, value)
      if (readLocal(localName) !== value) writeLocal(localName, value)
    },
  }
}
