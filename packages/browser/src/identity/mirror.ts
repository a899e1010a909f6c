import { isCarriedId } from '@threadline/schema'
import type { Settings } from '../contract/settings.ts'
import { readLocal, writeLocal } from '../platform/local-storage.ts'
import { readCookies, removeCookies, writeCookie } from './cookies.ts'

/** One short value kept in a cookie and in `localStorage`. The cookie wins: subdomains share it. */
export interface Mirror {
  /** What is kept, if it has the form of an id: anybody can write cookies. */
  read(): string | undefined
  /**
   * Keeps a value, or nothing when it is empty. A cookie that is right is left alone, unless it is to be renewed: one that
   * the server set lives longer. All others go first: one that is set anew comes before those of other domains, one that
   * is overwritten may not.
   */
  write(value: string, renew?: boolean): void
}

export function createMirror(config: Settings, name: string, key: string = name): Mirror {
  return {
    read: () => [...readCookies(name), readLocal(key)].find(isCarriedId),
    write(value, renew) {
      const present = readCookies(name)
      const isRight = present[0] && present.every((one) => one === value)
      if (!isRight) removeCookies(config, name)
      if (value && (renew || !isRight)) writeCookie(config, name, value)
      writeLocal(key, value)
    },
  }
}
