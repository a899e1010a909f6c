import { library } from '../../tsup.base.ts'

export default library({
  // One file for each entry: every file more is a millisecond more for a process that starts.
  splitting: false,
  // The Node transport has a `require` made from its own address, in both formats.
  shims: true,
  entry: [
    'src/bun.ts',
    'src/index.ts',
    'src/node.ts',
    'src/opentelemetry/index.ts',
    'src/stripe/index.ts',
    'src/testing/index.ts',
    'src/testing/msw.ts',
    'src/webhooks/index.ts',
    ...['express', 'fastify', 'fetch', 'hono', 'lambda', 'next', 'sveltekit'].map((kit) => `src/kits/${kit}.ts`),
  ],
})
