export { type DropReason, isThreadlineError, type ThreadlineError, type ThreadlineErrorCode } from '@threadline/core'
export type { CapturableName, Capture, CaptureArguments } from './capture-types.ts'
export type { BrowserClient, TypedConfig } from './client.ts'
export type { BrowserConfig, CaptureHook, ConsentChoice, DroppedEvent } from './config.ts'
export { createBrowserClient, createMinimalClient } from './create-client.ts'
export { addIdField } from './form-field.ts'
export type { CaptureOptions, Part } from './instance.ts'
export { clickIds } from './parts/click-ids.ts'
export { linkDecoration } from './parts/link-decoration.ts'
export { pageLeave } from './parts/page-leave.ts'
export { pageviews } from './parts/pageviews.ts'
export { persistence } from './parts/persistence.ts'
export { shareVisitorId } from './parts/share-visitor-id.ts'
export { readTouches, type Touch, type Touches, touches } from './parts/touches.ts'
export { trackAttributes } from './parts/track-attributes.ts'
export { allowParams, chain, scrub } from './scrub.ts'
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
  initMinimal,
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
