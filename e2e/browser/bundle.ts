import { type BuildOptions, build } from 'esbuild'

const SHARED = {
  bundle: true,
  platform: 'browser',
  target: 'es2022',
  conditions: ['@threadline/source'],
  define: { 'process.env.NODE_ENV': '"production"' },
  write: false,
} as const satisfies BuildOptions

/** Bundles code that imports the packages by name, from their sources, the way a site's bundler would. */
export async function bundle(code: string, options: { readonly globalName?: string } = {}): Promise<string> {
  const result = await build({
    ...SHARED,
    ...options,
    stdin: { contents: code, resolveDir: import.meta.dirname, loader: 'ts' },
    format: options.globalName === undefined ? 'esm' : 'iife',
  })
  return result.outputFiles[0]?.text ?? ''
}

/** Bundles the script for sites without a bundler, as its package builds it. */
export async function bundleScriptTag(): Promise<string> {
  const entry = new URL('../../packages/browser/src/script/index.ts', import.meta.url).pathname
  const result = await build({ ...SHARED, entryPoints: [entry], format: 'iife', minify: true })
  return result.outputFiles[0]?.text ?? ''
}
