import type { Part } from '../contract/instance.ts'
import { listen } from '../platform/page-globals.ts'
import { addressOf, entryNow } from './moment.ts'
import { byQuery } from './pageview-rules.ts'

/** Navigation API, newer than TypeScript's DOM library. */
interface NavigationWindow {
  readonly navigation?: EventTarget
}

/**
 * Captures `$pageview` when the page loads, when its address becomes another page's by the rule that is configured, and
 * when it comes back from the back/forward cache.
 */
export const pageviews: Part = (instance) => {
  const { capture, config, emit, memory, signal } = instance
  const { pageviews: choice = true } = config
  if (!choice) return {}
  const { by = byQuery, replace = false } = choice === true ? {} : choice

  function pageNow(): string | undefined {
    try {
      return by(new URL(addressOf(instance))) ?? memory.seen
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

  /** The address may have become another one: of the same entry, when it was replaced. */
  function move(): void {
    const before = entry
    entry = entryNow()
    look(replace || entry !== before)
  }

  let entry = instance.moment?.entry ?? entryNow()
  const { navigation }: NavigationWindow & Window = window
  // Where it gives no key it gives no events either: in the oldest browsers, in sandboxed frames, and if it is the page's own.
  if (navigation && typeof entry === 'string') {
    listen(navigation, 'currententrychange', move, { signal })
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
  // Since the client was started, the browser may have gone on to another page of the document.
  instance.moment = undefined
  move()

  return {
    restored() {
      memory.seen = undefined
      look(true)
    },
  }
}
