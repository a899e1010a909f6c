/** Navigation API, newer than TypeScript's DOM library. */
interface NavigationWindow {
  readonly navigation?: EventTarget
}

/**
 * Captures `$pageview` when the page loads, when path or query of its address change, and when it comes back from the
 * back/forward cache.
 */
import type { Part } from '../contract/instance.ts'
export const pageviews: Part = ({ capture, config }) => {
  if (config.pageviews === false) return {}
  let seen = ''

  function view(): void {
    const address = location.pathname + location.search
    if (address !== seen) capture('$pageview')
    seen = address
  }

  /** After the script that navigated: a router sets the title next. */
  function soon(): void {
    queueMicrotask(view)
  }

  const { navigation }: NavigationWindow & Window = window
  if (navigation) navigation.addEventListener('currententrychange', soon)
  else {
    for (const method of ['pushState', 'replaceState'] as const) {
      const original = history[method]
      history[method] = (...args) => {
        original.apply(history, args)
        soon()
      }
    }
    addEventListener('popstate', soon)
  }
  view()

  return {
    restored() {
      seen = ''
      view()
    },
  }
}
