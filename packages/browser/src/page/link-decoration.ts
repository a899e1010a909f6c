import { isCarriedId } from '@threadline/schema'
import type { Part } from '../contract/instance.ts'
import { clock } from '../platform/clock.ts'
import { listen } from '../platform/page-globals.ts'
import { closestInPath } from './closest-in-path.ts'
import { addressOf } from './moment.ts'

/** The parameter of a decorated link: `<anonymousId>.<milliseconds since the epoch in base 36>`. */
const PARAMETER = 'tl_link'
/** How long a decorated link is good for: long enough for a slow page, too short to be passed on. */
const VALID_MS = 120_000
/** An address as the part before the query, the query with its `?`, and the fragment with its `#`. */
const PARTS = /^([^?#]*)(\?[^#]*)?(#.*)?$/s

/** The id in a decorated link's parameter, if it is one and fresh. */
export function readLink(value: string | undefined, now: number): string | undefined {
  const [, id, madeAt = ''] = /^(.+)\.([0-9a-z]+)$/.exec(value ?? '') ?? []
  return isCarriedId(id) && Math.abs(now - Number.parseInt(madeAt, 36)) <= VALID_MS ? id : undefined
}

/** Adds a value for the parameter to an address, in place of an earlier one. */
export function addLink(address: string, value: string): string {
  const [, base = '', query = '', hash = ''] = PARTS.exec(takeLink(address).rest) ?? []
  return `${base}${query ? `${query}&` : '?'}${PARAMETER}=${value}${hash}`
}

/** The parameter's value in an address, and the address without it. Every other character stays: links may be signed. */
export function takeLink(address: string): { value: string | undefined; rest: string } {
  const [, base = '', query = '', hash = ''] = PARTS.exec(address) ?? []
  const isLink = (parameter: string) => parameter.startsWith(`${PARAMETER}=`)
  const parameters = query.slice(1).split('&')
  const value = parameters.find(isLink)?.slice(PARAMETER.length + 1)
  if (value === undefined) return { value, rest: address }
  const others = parameters.filter((parameter) => !isLink(parameter)).join('&')
  return { value, rest: `${base}${others && `?${others}`}${hash}` }
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
    const { identity, signal } = instance

    function arrive(): void {
      const { value, rest } = takeLink(addressOf(instance))
      if (value === undefined) return
      const id = readLink(value, clock.now())
      if (id && instance.mayTrack() !== false) identity.become({ anonymousId: id })
      if (instance.moment) instance.moment = { ...instance.moment, url: rest }
      history.replaceState(history.state, '', takeLink(location.href).rest)
    }

    function decorate(event: Event): void {
      const link = closestInPath(event, 'a[href]')
      if (!(link instanceof HTMLAnchorElement)) return
      if (!hosts.includes(link.hostname) || link.hostname === location.hostname) return
      if (!instance.mayTrack()) return
      const now = clock.now()
      link.href = addLink(link.href, writeLink(identity.read(now).anonymousId, now))
    }

    arrive()
    listen(window, 'click', decorate, { capture: true, signal })
    // The middle button opens a new tab.
    listen(window, 'auxclick', decorate, { capture: true, signal })
    return {
      // What was called before the parameter was removed tells of the address as it was.
      enrich: ({ url = '' }) => ({ url: takeLink(url).rest }),
    }
  }
}
