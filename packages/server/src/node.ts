export * from './index.ts'
export { createServerClient } from './runtimes/node.ts'
