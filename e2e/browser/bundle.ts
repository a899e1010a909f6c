import { build } from 'esbuild'

/** Bundles code that imports the packages by name, from their sources, the way a site's bundler would. */
export async function bundle(code: string, options: { readonly globalName?: string } = {}): Promise<string> {
  const result = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    format: options.globalName === undefined ? 'esm' : 'iife',
    ...options,
    platform: 'browser',
    target: 'es2022',
    conditions: ['@threadline/source'],
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
  })
  return result.outputFiles[0]?.text ?? ''
}
