import type { Part } from '../contract/instance.ts'
import { listen } from '../platform/page-globals.ts'

/** Navigation API, newer than TypeScript's DOM library. */
interface NavigationWindow {
  readonly navigation?: EventTarget
}

/**
 * Captures `$pageview` when the page loads, when path or query of its address change, and when it comes back from the
 * back/forward cache.
 */
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
  // A page's own variable or element may have the name, and the oldest browsers have nothing else of it.
  if (Object.prototype.toString.call(navigation) === '[object Navigation]' && navigation)
    listen(navigation, 'currententrychange', soon)
  else {
    for (const method of ['pushState', 'replaceState'] as const) {
      const original = history[method]
      history[method] = (...args) => {
        original.apply(history, args)
        soon()
      }
    }
    listen(window, 'popstate', soon)
  }
  view()

  return {
    restored() {
      seen = ''
      view()
    },
  }
}
