import type { VisitorIdStore } from '@threadline/core'
import type { Part } from '../contract/instance.ts'
import { readCookies, removeCookies, writeCookie } from '../identity/cookies.ts'
import { clock } from '../platform/clock.ts'
import { readLocal, writeLocal } from '../platform/local-storage.ts'

/**
 * A part that puts the visitor's id where a service's own script looks for it, when nothing is there yet: that script
 * then reports the same visitor. The other way round, `adoptIds` takes over what the script has stored.
 *
 * An id that is there already is left alone: changing it would cut the service's own history in two. When the visitor
 * refuses, the id is removed there too.
 *
 * @example
 * ```ts
 * import { funnelfizzVisitorId } from '@threadline/destinations/funnelfizz'
 *
 * init({ key, host, adoptIds: [funnelfizzVisitorId.name], parts: [shareVisitorId(funnelfizzVisitorId)] })
 * ```
 */
export function shareVisitorId({ kind, name }: VisitorIdStore): Part {
  return ({ config, identity }) => {
    const write = (id: string) => (kind === 'cookie' ? writeCookie(config, name, id) : writeLocal(name, id))
    return {
      allowed() {
        const present = kind === 'cookie' ? readCookies(name)[0] : readLocal(name)
        if (!present) write(identity.read(clock.now()).anonymousId)
      },
      refused: () => (kind === 'cookie' ? removeCookies(config, name) : writeLocal(name, '')),
    }
  }
}
