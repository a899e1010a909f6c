import { library } from '../../tsup.base.ts'

// Node's entry once more, over the one that is in pieces: a process that starts waits a third of a millisecond for every file.
export default library({
  splitting: false,
  entry: ['src/node.ts'],
  noExternal: ['@threadline/destinations/threadline'],
  dts: false,
  clean: false,
  esbuildOptions(options, { format }) {
    // The transport makes a `require` of its own address, for which CommonJS has a path.
    if (format === 'cjs') options.define = { ...options.define, 'import.meta.url': '__filename' }
  },
})
