import { type BuildOptions, build } from 'esbuild'

const SHARED = {
  bundle: true,
  platform: 'browser',
  target: 'es2022',
  conditions: ['@threadline/source', 'production'],
  define: { 'process.env.NODE_ENV': '"production"' },
  write: false,
} as const satisfies BuildOptions

/** Bundles code that imports the packages by name, from their sources, the way a site's bundler would. */
export async function bundle(
  code: string,
  { isDevelopment = false, ...options }: { readonly globalName?: string; readonly isDevelopment?: boolean } = {},
): Promise<string> {
  const result = await build({
    ...SHARED,
    ...options,
    conditions: ['@threadline/source', isDevelopment ? 'development' : 'production'],
    stdin: { contents: code, resolveDir: import.meta.dirname, loader: 'ts' },
    format: options.globalName === undefined ? 'esm' : 'iife',
  })
  return result.outputFiles[0]?.text ?? ''
}

/** Bundles the script for sites without a bundler, as its package builds it. */
export async function bundleScriptTag({ isDevelopment = false } = {}): Promise<string> {
  const entry = new URL('../../packages/browser/src/script/index.ts', import.meta.url).pathname
  const conditions = ['@threadline/source', isDevelopment ? 'development' : 'production']
  const result = await build({ ...SHARED, conditions, entryPoints: [entry], format: 'iife', minify: true })
  return result.outputFiles[0]?.text ?? ''
}
