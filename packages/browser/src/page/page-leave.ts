import type { Part } from '../contract/instance.ts'
import { clock } from '../platform/clock.ts'
import { pageUrl } from './page-context.ts'

/** Part of the page that has been on screen so far, 0 to 100. */
function scrolledPercent(): number {
  const { scrollHeight, clientHeight } = document.documentElement
  return scrollHeight > 0 ? Math.min(100, Math.round((100 * (scrollY + clientHeight)) / scrollHeight)) : 100
}

/**
 * A part that captures `$page_leave` when a page is hidden or left and when a route change replaces it, with
 * `visible_ms`, how long it was on screen since the last `$page_leave`, and `scroll_depth`, the percentage of it that
 * was on screen at any time.
 *
 * A page that is looked at three times sends three; their times add up.
 */
export const pageLeave: Part = ({ capture }) => {
  let address: { url: string; path: string } | undefined
  let visibleSince = document.hidden ? undefined : clock.now()
  let visibleMs = 0
  let scrollDepth = 0

  function pause(): void {
    if (visibleSince !== undefined) visibleMs += clock.now() - visibleSince
    visibleSince = undefined
  }

  function leave(): void {
    pause()
    if (address && visibleMs > 0) {
      // Nobody has looked at layout before: the page is leaving, or the visitor is scrolling.
      const depth = Math.max(scrollDepth, scrolledPercent())
      capture('$page_leave', { visible_ms: visibleMs, scroll_depth: depth }, address)
    }
    visibleMs = 0
  }

  addEventListener(
    'scroll',
    () => {
      scrollDepth = Math.max(scrollDepth, scrolledPercent())
    },
    { passive: true },
  )
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) visibleSince = clock.now()
  })

  return {
    enrich(event) {
      if (event.event !== '$pageview') return undefined
      leave()
      address = { url: pageUrl(), path: location.pathname }
      scrollDepth = 0
      if (!document.hidden) visibleSince = clock.now()
      return undefined
    },
    hidden: leave,
  }
}
