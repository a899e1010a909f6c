import type { PageView, Part } from '../contract/instance.ts'
import { documentFact, listen } from '../platform/page-globals.ts'

/** Part of the page that has been on screen so far, 0 to 100. */
function scrolledPercent(): number {
  const { scrollHeight, clientHeight }: Element = Reflect.get(Document.prototype, 'documentElement', document)
  return scrollHeight > 0 ? Math.min(100, Math.round((100 * (scrollY + clientHeight)) / scrollHeight)) : 100
}

/**
 * A part that captures `$page_leave` when a page is hidden or left and when a route change replaces it, with
 * `visible_ms`, how long it was on screen since the last `$page_leave`, and `scroll_depth`, the percentage of it that
 * was on screen at any time.
 *
 * A page that is looked at three times sends three; their times add up. Time is measured by the page's monotonic clock:
 * a clock that is set changes nothing.
 */
export const pageLeave: Part = ({ capture, memory, signal }) => {
  /** What the events of this page say of it; the browser may be at the next one already. */
  let view: PageView | undefined
  let visibleSince = documentFact('hidden') ? undefined : performance.now()
  let visibleMs = 0
  let scrollDepth = 0

  function pause(): void {
    if (visibleSince !== undefined) visibleMs += performance.now() - visibleSince
    visibleSince = undefined
  }

  function leave(): void {
    pause()
    if (view && visibleMs > 0) {
      // Nobody has looked at layout before: the page is leaving, or the visitor is scrolling.
      const depth = Math.max(scrollDepth, scrolledPercent())
      capture(
        '$page_leave',
        { visible_ms: Math.round(visibleMs), scroll_depth: depth },
        { ...view, title: memory.title },
      )
    }
    visibleMs = 0
  }

  listen(
    window,
    'scroll',
    () => {
      scrollDepth = Math.max(scrollDepth, scrolledPercent())
    },
    { passive: true, signal },
  )
  listen(
    document,
    'visibilitychange',
    () => {
      if (!documentFact('hidden')) visibleSince = performance.now()
    },
    { signal },
  )

  return {
    enrich({ event, url, path, referrer, utm, clickIds }) {
      if (event !== '$pageview') return undefined
      leave()
      view = { url, path, referrer, utm, clickIds }
      scrollDepth = 0
      if (!documentFact('hidden')) visibleSince = performance.now()
      return undefined
    },
    hidden: leave,
    restored() {
      // It is a view of its own, which follows now unless the page captures its views itself: nobody has left the one before again.
      visibleSince = undefined
      visibleMs = 0
      queueMicrotask(() => {
        if (!documentFact('hidden')) visibleSince ??= performance.now()
      })
    },
  }
}
