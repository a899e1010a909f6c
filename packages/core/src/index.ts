export { advised } from './advice.ts'
export { backoffMs } from './backoff.ts'
export type { Clock } from './clock.ts'
export type {
  Adjustment,
  DeliveryRequest,
  DeliveryResponse,
  Destination,
  DestinationLimits,
  EncodedEvent,
  Encoding,
  LossCounts,
  RejectedEvent,
  RequestContext,
  Verdict,
  VisitorIdStore,
} from './destination.ts'
export {
  type DropReason,
  FlushError,
  type FlushErrorDetails,
  isThreadlineError,
  type PauseReason,
  ThreadlineError,
  type ThreadlineErrorCode,
  type ThreadlineErrorDetails,
} from './error.ts'
export { codeOf, failureOf } from './failure.ts'
export { type Proxies, proxiesOf } from './proxies.ts'
export type {
  Entry,
  Losses,
  Outcome,
  Pacer,
  Queue,
  QueueItem,
  QueueOptions,
  QueueStats,
  Send,
  SendFailure,
  Watcher,
} from './queue/contract.ts'
export {
  type Flushable,
  type FlushOptions,
  type FlushResult,
  flushQueue,
  MAX_NAMED_IDS,
  type Wait,
  type Waiter,
  type WaitOptions,
} from './queue/flush.ts'
export { createMarks, type Mark, type Marks } from './queue/marks.ts'
export { createPacer } from './queue/pacer.ts'
export { createQueue } from './queue/queue.ts'
export { parseRetryAfter } from './retry-after.ts'
export { statusVerdict } from './verdict.ts'
