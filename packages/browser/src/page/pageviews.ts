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
export const pageviews: Part = ({ capture, config, emit, memory, signal }) => {
  const { pageviews: choice = true } = config
  if (!choice) return {}
  const { by = byQuery, replace = false } = choice === true ? {} : choice

  function pageNow(): string | undefined {
    try {
      return by(new URL(location.href)) ?? memory.seen
    } catch {
      emit('dropped', { eventId: '', event: '$pageview' }, 'hook_failed')
      return memory.seen
    }
  }

  function look(counts: boolean): void {
    const before = memory.seen
    memory.seen = pageNow()
    if (counts && memory.seen !== before) capture('$pageview')
  }

  const { navigation }: NavigationWindow & Window = window
  // A page's own variable or element may have the name, and the oldest browsers have nothing else of it.
  if (Object.prototype.toString.call(navigation) === '[object Navigation]' && navigation) {
    listen(
      navigation,
      'currententrychange',
      (event) => look(replace || !('navigationType' in event) || event.navigationType !== 'replace'),
      { signal },
    )
  } else {
    for (const method of ['pushState', 'replaceState'] as const) {
      const original = history[method]
      const patched: typeof original = (...args) => {
        original.apply(history, args)
        // Somebody may have patched it after us, and call it for ever.
        if (!signal.aborted) look(replace || method === 'pushState')
      }
      history[method] = patched
      signal.addEventListener('abort', () => {
        if (history[method] === patched) history[method] = original
      })
    }
    for (const type of ['popstate', 'hashchange']) listen(window, type, () => look(true), { signal })
  }
  look(true)

  return {
    restored() {
      memory.seen = undefined
      look(true)
    },
  }
}
