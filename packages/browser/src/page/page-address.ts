import type { Part } from '../contract/instance.ts'
import { attempt } from '../platform/attempt.ts'

/** Most addresses that are remembered. */
const MAX_MADE = 100

/**
 * A part that gives pages a path or an address of your own, for what the browser's address does not tell (the steps of a
 * wizard), or tells too precisely (`/orders/8841`).
 *
 * @param rule - Gets the page's address. Returns a path (`/orders/:id`) or a whole address, or `undefined` to leave it. Called
 * for every event.
 *
 * @example
 * ```ts
 * init({ key, host, parts: [pageAddress(({ pathname }) => pathname.replace(/^\/orders\/\d+/, '/orders/:id'))] })
 * ```
 */
export function pageAddress(rule: (url: URL) => string | undefined): Part {
  /** Addresses that the rule has made: what tells of a page that was left may have one already. */
  const made = new Set<string>()
  /** The page that is viewed, and the address it was given: when it is left, the rule may speak of the next one. */
  let viewed: { readonly from: string; readonly own: URL | undefined } | undefined

  function ask(from: string): URL | undefined {
    return attempt(() => {
      const address = rule(new URL(from))
      return address === undefined ? undefined : new URL(address, from)
    })
  }

  function addressOf(event: string, from: string): URL | undefined {
    if (made.has(from)) return undefined
    const own = event === '$page_leave' && viewed?.from === from ? viewed.own : ask(from)
    if (event === '$pageview') viewed = { from, own }
    if (made.size > MAX_MADE) made.clear()
    if (own) made.add(own.href)
    return own
  }

  return () => ({
    enrich({ event, url = '' }) {
      const own = addressOf(event, url)
      return own && { url: own.href, path: own.pathname }
    },
  })
}
