import { threadline } from '@threadline/destinations/threadline'
import { createServerClient } from '@threadline/server'
import type { Subject, SubjectParts } from '../subject.ts'

interface Sending {
  readonly gzip?: boolean
  readonly maxEvents?: number
}

function create({ origin }: SubjectParts, { gzip = true, maxEvents }: Sending): Subject {
  const destination = threadline({ key: 'sk_bench', host: origin })
  const limits = { ...destination.limits, ...(maxEvents && { maxEvents }) }
  const client = createServerClient({
    destination: { ...destination, gzip, limits },
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
export const createThreadline = (parts: SubjectParts): Subject => create(parts, {})

/** Without compression, for comparison with what does not compress. */
export const createThreadlinePlain = (parts: SubjectParts): Subject => create(parts, { gzip: false })

/** In batches as small as Mixpanel's, without compression, as it sends them. */
export const createThreadlineBy100 = (parts: SubjectParts): Subject => create(parts, { gzip: false, maxEvents: 100 })
