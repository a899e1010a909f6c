export { createServerClient } from './create-node.ts'
export * from './index.ts'
