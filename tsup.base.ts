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
    sourcemap: true,
    clean: true,
    treeshake: true,
    ...overrides,
  })
}
