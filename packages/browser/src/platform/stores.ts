import { documentFact, setDocumentCookie } from './page-globals.ts'

/** What is needed of `localStorage`. */
type LocalStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** Where every client of the page keeps what outlives it. Replaced before the first one starts. */
export const stores = {
  readCookies: (): string => documentFact('cookie'),
  writeCookie: setDocumentCookie,
  local: (): LocalStore => localStorage,
}

/** Takes everything and keeps nothing. */
const nowhere: LocalStore = {
  getItem: () => null,
  setItem: () => undefined,
  removeItem: () => undefined,
}

/**
 * From now on nothing of this package is read from, or left in, cookies and `localStorage`: ids, sessions and the queue live in
 * memory, and end with the page. Every page load is another visitor; what was not sent when the page ends is sent on its way
 * out, once. An opt-out is not remembered. Call it before `init`.
 *
 * @example
 * ```ts
 * memoryOnly()
 * init({ key, host })
 * ```
 */
export function memoryOnly(): void {
  stores.readCookies = () => ''
  stores.writeCookie = () => undefined
  stores.local = () => nowhere
}

/**
 * From now on cookies are partitioned (CHIPS): in a frame on somebody else's site they belong to that site's visits, and
 * browsers that block third-party cookies keep them. Needs https and `cookieSameSite: 'none'`. Browsers that do not know the
 * attribute ignore it. Call it before `init`.
 */
export function partitionedCookies(): void {
  stores.writeCookie = (cookie) => setDocumentCookie(`${cookie};partitioned`)
}
