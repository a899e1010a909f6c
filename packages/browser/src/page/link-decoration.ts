import { isCarriedId } from '@threadline/schema'
import type { Part } from '../contract/instance.ts'
import { clock } from '../platform/clock.ts'

/** The parameter of a decorated link: `<anonymousId>.<milliseconds since the epoch in base 36>`. */
const PARAMETER = 'tl_link'
/** How long a decorated link is good for: long enough for a slow page, too short to be passed on. */
const VALID_MS = 120_000

/** The id in a decorated link's parameter, if it is one and fresh. */
export function readLink(value: string | null, now: number): string | undefined {
  const [, id, madeAt = ''] = /^(.+)\.([0-9a-z]+)$/.exec(value ?? '') ?? []
  return isCarriedId(id) && Math.abs(now - Number.parseInt(madeAt, 36)) <= VALID_MS ? id : undefined
}

/** What a link carries for an id. */
export function writeLink(id: string, now: number): string {
  return `${id}.${now.toString(36)}`
}

/**
 * A part that carries the visitor's id to another of the site's own domains, which no cookie reaches.
 *
 * Links to the hosts are decorated when they are clicked. The page that is reached takes the id over, if the link is not
 * older than two minutes, and removes it from the address bar. Both sites need the part.
 *
 * @param hosts - Host names such as `shop.example.org`. No others ever see the id.
 */
export function linkDecoration(hosts: readonly string[]): Part {
  return (instance) => {
    const { identity } = instance

    function arrive(): void {
      const url = new URL(location.href)
      const value = url.searchParams.get(PARAMETER)
      if (value === null) return
      const id = readLink(value, clock.now())
      if (id && instance.consent?.analytics !== false) identity.become({ anonymousId: id })
      url.searchParams.delete(PARAMETER)
      history.replaceState(history.state, '', url)
    }

    function decorate({ target }: Event): void {
      const link = target instanceof Element ? target.closest('a') : null
      if (!link || !hosts.includes(link.hostname) || link.hostname === location.hostname) return
      if (instance.consent && !instance.consent.analytics) return
      const url = new URL(link.href)
      url.searchParams.set(PARAMETER, writeLink(identity.touch(clock.now()).anonymousId, clock.now()))
      link.href = url.href
    }

    arrive()
    addEventListener('click', decorate, true)
    // The middle button opens a new tab.
    addEventListener('auxclick', decorate, true)
    return {}
  }
}
