import { documentFact } from '../platform/page-globals.ts'

/** How often a title is looked at, in milliseconds. One that two looks in a row have seen is there to stay. */
const LOOK_MS = 100
/** Longest that a page may take to set its title, in milliseconds: events wait that long for a request anyway. */
const LONGEST_MS = 2_000

/**
 * Calls `ready` as soon as the page has loaded and its title is another one than `before`, and after two seconds in
 * any case, until the function it returns is called.
 *
 * Routers change the address first and the title later: in the next line, in an effect, or when data has arrived. It
 * looks now and then; an observer would have to watch the whole document, whose head frameworks replace.
 */
export function whenTitled(before: string, ready: () => void): () => void {
  let last = documentFact('title')
  const looking = setInterval(() => {
    const title = documentFact('title')
    if (title && title !== before && title === last && documentFact('readyState') === 'complete') ready()
    last = title
  }, LOOK_MS)
  const deadline = setTimeout(ready, LONGEST_MS)
  return () => {
    clearInterval(looking)
    clearTimeout(deadline)
  }
}
