export * from './index.ts'
export { createServerClient } from './runtimes/bun.ts'
