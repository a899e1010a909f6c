import type { DropReason, QueueItem } from '@threadline/core'
import type { TrackEvent } from '@threadline/schema'
import type { PageQueue } from '../contract/page-queue.ts'
import { utf8Length } from '../delivery/sender.ts'
import { whenTitled } from '../page/title.ts'
import { attempt } from '../platform/attempt.ts'
import { documentFact } from '../platform/page-globals.ts'
import { withoutToJson } from '../platform/without-to-json.ts'

export interface OpenViewOptions {
  readonly queue: PageQueue
  /** The event ready for the queue, or why it cannot be. */
  readonly toItem: (event: TrackEvent, at: number) => QueueItem | DropReason
  readonly readTitle: () => string | undefined
  /** Called when the pageview in the queue is whole. */
  readonly queued: (item: QueueItem) => void
}

/** The pageview whose page has no title yet. There is one at most: the next one closes it. */
export interface OpenView {
  /** Takes a pageview. Returns why it cannot be taken. */
  open(event: TrackEvent, at: number): DropReason | undefined
  /** Gives it the title that the page has now. */
  close(): void
  /** The place that is kept for it in the queue. */
  item(): QueueItem | undefined
}

/**
 * Keeps a pageview's place in the queue until its page has its title. What is captured meanwhile waits behind it.
 *
 * Everything but the title is of the moment of capture. Only a whole event is looked at by hooks, encoded and stored.
 */
export function createOpenView({ queue, toItem, readTitle, queued }: OpenViewOptions): OpenView {
  let item: QueueItem | undefined
  let stopWaiting: (() => void) | undefined
  let isFirst = true

  function close(): void {
    if (!item) return
    const kept = item
    item = undefined
    stopWaiting?.()
    // It may have left the queue: by a refusal, or to make room.
    if (queue.held().includes(kept)) {
      const whole = toItem({ ...JSON.parse(kept.body), title: readTitle() }, kept.at)
      if (typeof whole === 'string') queue.drop(kept, whole)
      else queued(Object.assign(kept, whole))
    }
    queue.pump()
  }

  return {
    open(event, at) {
      const body = attempt(() => withoutToJson(() => JSON.stringify(event)))
      if (!body) return 'not_serializable'
      item = queue.add({ eventId: event.eventId, event: event.event, body, bytes: utf8Length(body), at })
      // A page that loads has its own title or none.
      stopWaiting = whenTitled(isFirst ? '' : documentFact('title'), close)
      isFirst = false
      return undefined
    },
    close,
    item: () => item,
  }
}
