/**
 * What a sender puts into one native request, in the terms of a destination. It leaves room in a batch for the counts
 * of losses. On its own, because a page needs nothing else of this file.
 */
export const BATCH_LIMITS = {
  maxEvents: 500,
  maxRequestBytes: 999_000,
  maxEventBytes: 65_536,
} as const

/** Hard limits of the canonical event and the native wire. Bytes are UTF-8 bytes, lengths are UTF-16 code units. */
export const LIMITS = {
  /** Length of `eventId`, `anonymousId`, `userId` and `sessionId`. */
  idLength: 200,
  /** Length of `event`. */
  eventNameLength: 128,
  /** Ids in each list of `billing`. */
  billingIds: 10,
  /** `billing.subscription.intervalCount`: three years in days, the longest that Stripe bills, are 1095 or 1096. */
  intervalCount: 1_100,
  /** Bytes of `properties` (and of `traits`) as JSON. */
  propertiesBytes: 32_768,
  /** Objects and arrays within each other, from the event itself down. */
  depth: 32,
  /** Bytes of one whole event as JSON on the native wire. */
  eventBytes: 65_536,
  /** Events in one native batch. */
  batchEvents: 500,
  /** Bytes of one native batch body, before compression. */
  batchBytes: 1_000_000,
} as const
