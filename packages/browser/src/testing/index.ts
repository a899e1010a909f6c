export { type CapturedEvent, createTestClient, type TestClient } from './test-client.ts'
