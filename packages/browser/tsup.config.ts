import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { library } from '../../tsup.base.ts'

/** For sites without a bundler: everything in one classic script, and the hash for its `integrity` attribute. */
function script(name: string, mode: 'development' | 'production') {
  const file = `dist/${name}.js`
  return library({
    entry: { [name]: 'src/script/index.ts' },
    format: ['iife'],
    outExtension: () => ({ js: '.js' }),
    noExternal: [/^@threadline\//, '#development'],
    esbuildOptions(options) {
      options.conditions = ['@threadline/source', mode]
    },
    minify: true,
    sourcemap: true,
    dts: false,
    clean: false,
    onSuccess() {
      const hash = createHash('sha384').update(readFileSync(file)).digest('base64')
      writeFileSync(`${file}.integrity`, `sha384-${hash}\n`)
      return Promise.resolve()
    },
  })
}

export default [
  library({
    entry: [
      'src/index.ts',
      'src/debug/index.ts',
      'src/overlay/index.ts',
      'src/react/index.ts',
      'src/testing/index.ts',
      'src/web-vitals/index.ts',
      'src/development/on.ts',
      'src/development/off.ts',
      'src/development/auto.ts',
    ],
    // Left to the bundler of the page: see the package's `imports`.
    external: ['#development'],
    // The builds run side by side.
    clean: ['dist/**', '!dist/threadline.*'],
  }),
  script('threadline', 'production'),
  script('threadline.debug', 'development'),
]
