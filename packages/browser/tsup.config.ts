import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { library } from '../../tsup.base.ts'

const SCRIPT = 'dist/threadline.js'

export default [
  library({
    entry: ['src/index.ts', 'src/react/index.ts', 'src/overlay/index.ts', 'src/testing/index.ts'],
    // The two builds run side by side.
    clean: ['dist/**', `!${SCRIPT}*`],
  }),
  // For sites without a bundler: everything in one classic script, and the hash for its `integrity` attribute.
  library({
    entry: { threadline: 'src/script/index.ts' },
    format: ['iife'],
    outExtension: () => ({ js: '.js' }),
    noExternal: [/^@threadline\//],
    minify: true,
    dts: false,
    clean: false,
    onSuccess() {
      const hash = createHash('sha384').update(readFileSync(SCRIPT)).digest('base64')
      writeFileSync(`${SCRIPT}.integrity`, `sha384-${hash}\n`)
      return Promise.resolve()
    },
  }),
]
