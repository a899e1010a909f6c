import type { CaptureHook } from '../contract/settings.ts'

/** The parameters of a query that are kept, as they stand there. */
function keepPairs(query: string, isKept: (name: string) => boolean): string {
  const pairs = query.split('&').filter((pair) => [...new URLSearchParams(pair).keys()].some(isKept))
  return pairs.join('&')
}

function keepParams(address: string | undefined, isKept: (name: string) => boolean): string | undefined {
  // The query, that of a hash route, and a fragment of parameters such as #access_token=…
  return address?.replace(/(\?|#(?=[^/!?#]*=))([^#]*)/g, (_, mark: string, query: string) => {
    const kept = keepPairs(query, isKept)
    return kept && mark + kept
  })
}

/**
 * Makes an `onCapture` hook that strips address parameters from `url` and `referrer`, all but those named and `utm_*`. What
 * is kept is not rewritten.
 *
 * @example
 * ```ts
 * init({ key, host, onCapture: chain(allowParams(['page', 'q']), scrub) })
 * ```
 */
export function allowParams(names: readonly string[]): CaptureHook {
  const isKept = (name: string) => names.includes(name) || name.startsWith('utm_')
  return (event) => ({
    ...event,
    url: keepParams(event.url, isKept),
    referrer: keepParams(event.referrer, isKept),
  })
}
