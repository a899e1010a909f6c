import { library } from '../../tsup.base.ts'

const kits = ['express', 'fastify', 'fetch', 'hono', 'lambda', 'next', 'sveltekit'].map((kit) => `kits/${kit}`)
const folders = ['opentelemetry', 'stripe', 'testing', 'webhooks'].map((folder) => `${folder}/index`)
const entries = ['bun', 'index', 'node', 'testing/msw', ...folders, ...kits]

// The entries share what they have in common, or each would repeat the client.
export default library({ splitting: true, entry: entries.map((name) => `src/${name}.ts`) })
