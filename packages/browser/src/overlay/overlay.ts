import type { Part } from '../contract/instance.ts'
import { clock } from '../platform/clock.ts'
import { createPanel } from './panel.ts'

/** Most events that are listed. */
const MAX_EVENTS = 50

/**
 * A part for development: a panel in the corner of the page that shows the visitor's ids, consent, the queue, and each
 * event with what became of it.
 *
 * It writes text, never markup, into a shadow tree with a constructed style sheet: a strict Content-Security-Policy
 * allows it, and the page's own styles stay out.
 *
 * @example
 * ```ts
 * import { overlay } from '@threadline/browser/overlay'
 *
 * init({ key, host, parts: [overlay()] })
 * ```
 */
export function overlay(): Part {
  return (instance) => {
    const panel = createPanel()
    /** Event names and what became of them, by id, oldest first. */
    const events = new Map<string, { readonly name: string; verdict: string }>()

    function show(): void {
      const { anonymousId, userId, sessionId } = instance.identity.read(clock.now())
      const { consent } = instance
      const isRefused = instance.mayTrack() === false
      panel.show({
        facts: [
          ['visitor', anonymousId],
          ['user', userId ?? 'nobody'],
          ['session', sessionId],
          ['consent', isRefused ? 'refused' : (JSON.stringify(consent) ?? 'not asked')],
          ['queue', `${instance.queue.held().length} events`],
        ],
        events: [...events.values()].reverse().map(({ name, verdict }) => [name, verdict]),
      })
    }

    function note(eventId: string, name: string, verdict: string): void {
      events.set(eventId, { name, verdict })
      const [oldest] = events.keys()
      if (events.size > MAX_EVENTS && oldest !== undefined) events.delete(oldest)
      queueMicrotask(show)
    }

    queueMicrotask(show)
    instance.signal.addEventListener('abort', panel.remove)
    return {
      enrich({ eventId, event }) {
        note(eventId, event, 'queued')
        return undefined
      },
      dropped: ({ eventId, event }, reason) => note(eventId, event, `dropped: ${reason}`),
      delivered: ({ eventId, event }, delivery) => note(eventId, event, delivery),
      stopped: () => queueMicrotask(show),
      allowed: show,
      refused: show,
    }
  }
}
