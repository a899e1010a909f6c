// Named in the types of a test client, for an app that depends on this package alone.
export type { StandardCatalogue, TrackEvent } from '@threadline/schema'
export { type ExpectedEvent, type ThreadlineMatchers, threadlineMatchers } from './matchers.ts'
export { type MemoryDestination, memoryDestination } from './memory-destination.ts'
export { type CapturedEvent, createTestClient, type TestClient, type TestClientOptions } from './test-client.ts'
