import type { CreateSubject } from '../subject.ts'
import { createBare, createBarePlain } from './bare.ts'
import { createAmplitude, createMixpanel, createPostHog, createRudder, createSegment, createSnowplow } from './peers.ts'
import { createThreadline, createThreadlineBy100, createThreadlinePlain } from './threadline.ts'

export const SUBJECTS: { readonly [name: string]: CreateSubject } = {
  threadline: createThreadline,
  'threadline, no gzip': createThreadlinePlain,
  'bare loop': createBare,
  'bare loop, no gzip': createBarePlain,
  'posthog-node': createPostHog,
  '@segment/analytics-node': createSegment,
  '@rudderstack/rudder-sdk-node': createRudder,
  '@amplitude/analytics-node': createAmplitude,
  '@snowplow/node-tracker': createSnowplow,
  'threadline, no gzip, batches of 100': createThreadlineBy100,
  'mixpanel track_batch of 100': createMixpanel,
}

/** Events of a subject's drain. Two peers slow down with the length of their queue, and would take minutes. */
export function eventsFor(name: string): number {
  return name === '@rudderstack/rudder-sdk-node' || name === '@amplitude/analytics-node' ? 10_000 : 100_000
}
