import { library } from '../../tsup.base.ts'

// Node's entry once more, over the one that is in pieces: a process that starts waits for every file, and two milliseconds for
// one of another package.
export default library({
  splitting: false,
  entry: ['src/node.ts'],
  noExternal: ['@threadline/destinations/threadline', '@threadline/core', '@threadline/schema'],
  dts: false,
  clean: false,
  esbuildOptions(options, { format }) {
    // The transport makes a `require` of its own address, for which CommonJS has a path.
    if (format === 'cjs') options.define = { ...options.define, 'import.meta.url': '__filename' }
  },
})
