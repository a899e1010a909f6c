import { documentFact } from '../platform/page-globals.ts'

/** How often a title is looked at, in milliseconds. */
const LOOK_MS = 100
/** Looks that must see the same title of a page that loads: its HTML may have one that a script replaces. */
const FIRST_LOOKS = 5
/** Longest that a page may take to set its title, in milliseconds: events wait that long for a request anyway. */
const LONGEST_MS = 2_000

/**
 * Calls `ready` as soon as the page has loaded and has kept its title for a while, and after two seconds in any case, until
 * the function it returns is called.
 *
 * Routers change the address first and the title later: in the next line, in an effect, or when data has arrived. It
 * looks now and then; an observer would have to watch the whole document, whose head frameworks replace.
 *
 * @param before - The title of the page before, within the same document: it is not this page's.
 */
export function whenTitled(before: string | undefined, ready: () => void): () => void {
  let last = documentFact('title')
  let looks = 0
  const looking = setInterval(() => {
    const title = documentFact('title')
    const isKept = title && title !== before && title === last && documentFact('readyState') === 'complete'
    looks = isKept ? looks + 1 : 0
    last = title
    if (looks >= (before === undefined ? FIRST_LOOKS : 1)) ready()
  }, LOOK_MS)
  const deadline = setTimeout(ready, LONGEST_MS)
  return () => {
    clearInterval(looking)
    clearTimeout(deadline)
  }
}
