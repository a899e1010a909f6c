export { createServerClient } from './create-bun.ts'
export * from './index.ts'
