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
  const since = performance.now()
  let last = documentFact('title')
  const timer = setInterval(() => {
    const title = documentFact('title')
    const isSet = title && title !== before && title === last && documentFact('readyState') === 'complete'
    if (isSet || performance.now() - since >= LONGEST_MS) ready()
    last = title
  }, LOOK_MS)
  return () => clearInterval(timer)
}
