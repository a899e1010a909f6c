import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineConfig, type Options } from 'tsup'

/**
 * Removes from source maps the sources themselves: they come with the package, so that the maps would repeat each once for
 * every file it is built into. Stack traces need only names and lines.
 */
async function dropSources(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.map')) continue
    const file = join(folder, name)
    const { sourcesContent: _dropped, ...map } = JSON.parse(await readFile(file, 'utf8')) as object & {
      readonly sourcesContent?: unknown
    }
    await writeFile(file, JSON.stringify(map))
  }
}

/** One build for every package: ESM and CommonJS with types for both, resolved against the packages' sources. */
export function library(overrides: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry: ['src/index.ts'],
    format: ['esm', 'cjs'],
    target: 'es2022',
    // tsup would strip `node:`, which Deno and workerd need.
    removeNodeProtocol: false,
    dts: true,
    sourcemap: true,
    clean: true,
    treeshake: true,
    onSuccess: () => dropSources('dist'),
    ...overrides,
    esbuildOptions(options, context) {
      // Jest runs CommonJS in a context where `import()` fails, so that it must become `require` there.
      if (context.format === 'cjs') options.supported = { ...options.supported, 'dynamic-import': false }
      overrides.esbuildOptions?.(options, context)
    },
  })
}
