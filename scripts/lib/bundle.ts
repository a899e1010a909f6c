import { brotliCompressSync } from 'node:zlib'
import { build, type Metafile } from 'esbuild'

/** What a page downloads before anything runs: the entry and what it imports statically, not what it loads later. */
export interface BundleReport {
  readonly minBytes: number
  /** Minified, then brotli at its highest level, as a CDN serves it. */
  readonly brotliBytes: number
  /** Paths of every module that the bundler put in. */
  readonly inputs: readonly string[]
}

/**
 * Bundles `code` for a page, as a user's bundler would: ES modules, tree shaking, minified, the built packages and not
 * their sources. `folder` is where its imports are looked up.
 */
export async function bundleForBrowser(code: string, folder: string): Promise<BundleReport> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: code, resolveDir: folder, loader: 'js' },
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    outdir: 'out',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const first = firstDownload(metafile)
  const files = outputFiles.filter(({ path }) => [...first].some((name) => path.endsWith(name)))
  return {
    minBytes: files.reduce((sum, { contents }) => sum + contents.byteLength, 0),
    brotliBytes: files.reduce((sum, { contents }) => sum + brotliCompressSync(contents).byteLength, 0),
    inputs: Object.keys(metafile.inputs),
  }
}

/** Modules of the npm packages in `names` among a bundle's inputs. */
export function inputsFrom(inputs: readonly string[], names: readonly string[]): string[] {
  return inputs.filter((input) => names.some((name) => input.includes(`node_modules/${name}/`)))
}

function firstDownload({ outputs }: Metafile): Set<string> {
  const entry = Object.keys(outputs).find((name) => outputs[name]?.entryPoint === '<stdin>')
  const found = new Set(entry === undefined ? [] : [entry])
  for (const name of found) {
    for (const { path, kind } of outputs[name]?.imports ?? []) if (kind === 'import-statement') found.add(path)
  }
  return found
}
