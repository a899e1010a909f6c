import type { PageviewRule } from '../contract/settings.ts'

/** A page is its path and its query. The rule of every client that names no other. */
export const byQuery: PageviewRule = ({ pathname, search }) => pathname + search

/** A page is its path: filters, sorting and searches in the query are no pages of their own. */
export const byPath: PageviewRule = ({ pathname }) => pathname

/** A page is its path, its query and its fragment, for sites that route by it: `/app#/pricing`. */
export const byHash: PageviewRule = ({ pathname, search, hash }) => pathname + search + hash
