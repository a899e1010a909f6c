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
 * refuses, the id is removed there too; and when the page makes the visitor another one (`reset`, `setAnonymousId`), the id
 * of the visitor who leaves gives way to the new one.
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
    const [read, write, remove] =
      kind === 'cookie'
        ? [() => readCookies(name)[0], (id: string) => writeCookie(config, name, id), () => removeCookies(config, name)]
        : [() => readLocal(name), (id: string) => writeLocal(name, id), () => writeLocal(name, '')]
    /** Visitors who left on this page. */
    const left = new Set<string>()
    let isAllowed = false

    function share(): void {
      if (!isAllowed) return
      if (left.has(read() ?? '')) remove()
      if (!read()) write(identity.read(clock.now()).anonymousId)
    }

    return {
      allowed() {
        isAllowed = true
        share()
      },
      refused() {
        isAllowed = false
        remove()
      },
      changed(previousId) {
        left.add(previousId)
        share()
      },
    }
  }
}
