export type { Clock } from './clock.ts'
export type {
  Adjustment,
  DeliveryRequest,
  DeliveryResponse,
  Destination,
  DestinationLimits,
  EncodedEvent,
  Encoding,
  RequestContext,
  Verdict,
  VisitorIdStore,
} from './destination.ts'
export {
  type DropReason,
  isThreadlineError,
  type PauseReason,
  ThreadlineError,
  type ThreadlineErrorCode,
  type ThreadlineErrorDetails,
} from './error.ts'
export type {
  FlushOptions,
  FlushResult,
  Outcome,
  Queue,
  QueueItem,
  QueueOptions,
  QueueStats,
  Send,
  SendFailure,
} from './queue.ts'
