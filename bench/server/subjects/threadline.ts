import { threadline } from '@threadline/destinations/threadline'
import { createServerClient } from '@threadline/server'
import type { Subject, SubjectParts } from '../subject.ts'

function create({ origin }: SubjectParts, gzip: boolean): Subject {
  const client = createServerClient({
    destination: { ...threadline({ key: 'sk_bench', host: origin }), gzip },
    maxQueueEvents: 1_000_000,
    maxQueueBytes: 1_000_000_000,
    flushOnExit: false,
  })
  return {
    capture: (event) => client.capture(event),
    flush: () => client.flush({ timeoutMs: 120_000 }),
  }
}

/** As it comes: gzip at the fastest level. */
export const createThreadline = (parts: SubjectParts): Subject => create(parts, true)

/** Without compression, for comparison with what does not compress. */
export const createThreadlinePlain = (parts: SubjectParts): Subject => create(parts, false)
