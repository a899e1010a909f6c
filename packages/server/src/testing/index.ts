export { type ExpectedEvent, type ThreadlineMatchers, threadlineMatchers } from './matchers.ts'
export { type MemoryDestination, memoryDestination } from './memory-destination.ts'
export { type CapturedEvent, createTestClient, type TestClient, type TestClientOptions } from './test-client.ts'
