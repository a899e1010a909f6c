// Each peer with the settings that are kindest to it: batches as large as it allows, a queue that holds the whole run.

import { type BenchEvent, EVENT_NAME } from '../event.ts'
import { requirePeer } from '../peers.ts'
import type { Subject, SubjectParts } from '../subject.ts'

interface PostHogModule {
  readonly PostHog: new (key: string, options: object) => { capture(event: object): void; flush(): Promise<unknown> }
}

export function createPostHog({ origin }: SubjectParts): Subject {
  const { PostHog }: PostHogModule = requirePeer('posthog-node')
  const client = new PostHog('phc_bench', {
    host: origin,
    flushAt: 500,
    maxBatchSize: 500,
    maxQueueSize: 1_000_000,
    flushInterval: 1_000,
  })
  return {
    capture: ({ event, userId, properties }) => client.capture({ event, distinctId: userId, properties }),
    flush: () => client.flush(),
  }
}

interface SegmentModule {
  readonly Analytics: new (
    options: object,
  ) => {
    track(event: object): void
    flush(): Promise<unknown>
  }
}

export function createSegment({ origin }: SubjectParts): Subject {
  const { Analytics }: SegmentModule = requirePeer('@segment/analytics-node')
  const client = new Analytics({ writeKey: 'bench', host: origin, flushAt: 500, flushInterval: 1_000 })
  return { capture: (event) => client.track(event), flush: () => client.flush() }
}

type RudderConstructor = new (
  key: string,
  options: object,
) => { track(event: object): unknown; flush(): Promise<unknown> }

export function createRudder({ origin }: SubjectParts): Subject {
  const module: RudderConstructor | { readonly default: RudderConstructor } =
    requirePeer('@rudderstack/rudder-sdk-node')
  const Client = 'default' in module ? module.default : module
  const client = new Client('bench', {
    dataPlaneUrl: origin,
    // Each call serialises the whole queue, to measure it: larger batches would cost it more than they save.
    flushAt: 100,
    flushInterval: 1_000,
    maxInternalQueueSize: 1_000_000,
    gzip: false,
    logLevel: 'error',
  })
  return { capture: (event) => client.track(event), flush: () => client.flush() }
}

interface AmplitudeModule {
  init(key: string, options: object): { readonly promise: Promise<unknown> }
  track(event: string, properties: object, options: object): unknown
  flush(): { readonly promise: Promise<unknown> }
}

export async function createAmplitude({ origin }: SubjectParts): Promise<Subject> {
  const amplitude: AmplitudeModule = requirePeer('@amplitude/analytics-node')
  await amplitude.init('0123456789abcdef0123456789abcdef', {
    serverUrl: `${origin}/2/httpapi`,
    flushQueueSize: 500,
    flushIntervalMillis: 1_000,
    logLevel: 0,
  }).promise
  return {
    capture: ({ event, userId, anonymousId, properties }) =>
      void amplitude.track(event, properties, { user_id: userId, device_id: anonymousId }),
    flush: () => amplitude.flush().promise,
  }
}

interface SnowplowCore {
  newInMemoryEventStore(options: object): unknown
}

interface SnowplowModule {
  newTracker(tracker: object, emitter: object): { track(event: unknown): unknown; flush(): void }
  buildSelfDescribingEvent(event: object): unknown
}

export function createSnowplow({ origin }: SubjectParts): Subject {
  const snowplow: SnowplowModule = requirePeer('@snowplow/node-tracker')
  const core: SnowplowCore = requirePeer('@snowplow/tracker-core')
  const tracker = snowplow.newTracker(
    { namespace: 'bench', appId: 'bench', encodeBase64: false },
    {
      endpoint: origin,
      eventMethod: 'post',
      bufferSize: 500,
      maxPostBytes: 1_000_000,
      // Its own holds 1,000 and deletes newer events for older ones.
      eventStore: core.newInMemoryEventStore({ maxSize: 1_000_000 }),
    },
  )
  return {
    capture: ({ properties }) =>
      void tracker.track(
        snowplow.buildSelfDescribingEvent({
          event: { schema: `iglu:com.example/${EVENT_NAME}/jsonschema/1-0-0`, data: properties },
        }),
      ),
    flush: () => Promise.resolve(tracker.flush()),
  }
}

interface MixpanelModule {
  init(
    token: string,
    options: object,
  ): {
    track_batch(events: readonly object[], options: object, done: (errors: unknown) => void): void
  }
}

/** It has no queue: `track` is a request of its own. What can be compared is its bare batch call. */
export function createMixpanel({ origin }: SubjectParts): Subject {
  const mixpanel: MixpanelModule = requirePeer('mixpanel')
  const { hostname, port } = new URL(origin)
  const client = mixpanel.init('bench', { host: `${hostname}:${port}`, protocol: 'http' })
  return {
    captureAll: (events: readonly BenchEvent[]) =>
      new Promise((resolve) => {
        const batch = events.map(({ event, userId, properties }) => ({
          event,
          properties: { ...properties, distinct_id: userId },
        }))
        client.track_batch(batch, { max_batch_size: 100, max_concurrent_requests: 4 }, () => resolve())
      }),
    flush: () => Promise.resolve(),
  }
}
