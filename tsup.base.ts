import { defineConfig, type Options } from 'tsup'

/** One build for every package: ESM and CommonJS with types for both, resolved against the packages' sources. */
export function library(overrides: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry: ['src/index.ts'],
    format: ['esm', 'cjs'],
    target: 'es2022',
    // tsup would strip `node:`, which Deno and workerd need.
    removeNodeProtocol: false,
    dts: true,
    clean: true,
    treeshake: true,
    ...overrides,
    esbuildOptions(options, context) {
      // Jest runs CommonJS in a context where `import()` fails, so that it must become `require` there.
      if (context.format === 'cjs') options.supported = { ...options.supported, 'dynamic-import': false }
      overrides.esbuildOptions?.(options, context)
    },
  })
}
