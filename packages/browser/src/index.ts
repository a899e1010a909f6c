export { type DropReason, isThreadlineError, type ThreadlineError, type ThreadlineErrorCode } from '@threadline/core'
export type { CapturableName, Capture, CaptureArguments } from './capture-types.ts'
export type { BrowserClient, TypedConfig } from './client.ts'
export type { BrowserConfig, CaptureHook, ConsentChoice, DroppedEvent } from './config.ts'
export { createBrowserClient, createMinimalClient } from './create-client.ts'
export type { CaptureOptions, Part } from './instance.ts'
export { pageviews } from './pageviews.ts'
export { persistence } from './persistence.ts'
export { shareVisitorId } from './share-visitor-id.ts'
export {
  alias,
  capture,
  consent,
  flush,
  getAnonymousId,
  getSessionId,
  group,
  hasOptedOut,
  headers,
  identify,
  init,
  optIn,
  optOut,
  page,
  reset,
  setAnonymousId,
  storage,
} from './singleton.ts'
export {
  checkoutCancelled,
  checkoutStarted,
  contentViewed,
  featureUsed,
  leadCreated,
  signedUp,
  subscriptionCancelled,
  trialStarted,
} from './standard-captures.ts'
export type { StorageState } from './verbs.ts'
