import type { Part } from '../contract/instance.ts'
import { listen } from '../platform/page-globals.ts'
import { byQuery } from './pageview-rules.ts'

/** Navigation API, newer than TypeScript's DOM library. */
interface NavigationWindow {
  readonly navigation?: EventTarget
}

/**
 * Captures `$pageview` when the page loads, when its address becomes another page's by the rule that is configured, and
 * when it comes back from the back/forward cache.
 */
export const pageviews: Part = ({ capture, config, emit }) => {
  const { pageviews: choice = true } = config
  if (!choice) return {}
  const { by = byQuery, replace = false } = choice === true ? {} : choice
  let seen: string | undefined

  function pageNow(): string | undefined {
    try {
      return by(new URL(location.href)) ?? seen
    } catch {
      emit('dropped', { eventId: '', event: '$pageview' }, 'hook_failed')
      return seen
    }
  }

  function look(counts: boolean): void {
    const before = seen
    seen = pageNow()
    if (counts && seen !== before) capture('$pageview')
  }

  const { navigation }: NavigationWindow & Window = window
  // A page's own variable or element may have the name, and the oldest browsers have nothing else of it.
  if (Object.prototype.toString.call(navigation) === '[object Navigation]' && navigation) {
    listen(navigation, 'currententrychange', (event) =>
      look(replace || !('navigationType' in event) || event.navigationType !== 'replace'),
    )
  } else {
    for (const method of ['pushState', 'replaceState'] as const) {
      const original = history[method]
      history[method] = (...args) => {
        original.apply(history, args)
        look(replace || method === 'pushState')
      }
    }
    for (const type of ['popstate', 'hashchange']) listen(window, type, () => look(true))
  }
  look(true)

  return {
    restored() {
      seen = undefined
      look(true)
    },
  }
}
