import { writeSync } from 'node:fs'
import { reprocessStore } from '../src/reprocess/reprocess-store.ts'

// Run by a test with a store's location: tells each part on a line, and stands still after the second, to be killed.
let parts = 0

await reprocessStore({
  location: JSON.parse(process.argv[2] ?? '{}'),
  onProgress: ({ done }) => {
    writeSync(1, `${JSON.stringify({ done })}\n`)
    parts += 1
    if (parts === 2) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000)
  },
})
