import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { PageAsset, PageAssets } from './http/page-routes.ts'

const TYPES: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/**
 * Loads the live page for `createCollector`'s `page` into memory.
 *
 * The published package carries it built, beside this module. Run from a checkout, it is built first when there is none
 * or its sources are newer, which takes a second or two.
 */
export async function loadPage(): Promise<PageAssets> {
  const here = dirname(fileURLToPath(import.meta.url))
  const shipped = join(here, 'page')
  if (existsSync(join(shipped, 'index.html'))) return readAssets(shipped)
  const root = dirname(here)
  const built = join(root, 'dist', 'page')
  if (await isStale(built, join(root, 'page'))) await build(root, built)
  return readAssets(built)
}

async function readAssets(folder: string): Promise<PageAssets> {
  const assets = new Map<string, PageAsset>()
  for (const file of await filesIn(folder)) {
    const type = TYPES[extname(file)]
    if (type === undefined) continue
    const path = `/${relative(folder, file).split(sep).join('/')}`
    assets.set(path, { type, body: new Uint8Array(await readFile(file)) })
  }
  return assets
}

async function isStale(built: string, sources: string): Promise<boolean> {
  const index = join(built, 'index.html')
  if (!existsSync(index)) return true
  const { mtimeMs } = await stat(index)
  const stats = await Promise.all((await filesIn(sources)).map((file) => stat(file)))
  return stats.some((source) => source.mtimeMs > mtimeMs)
}

/** Into a folder of its own first: another process may serve the old page, or build the same one. */
async function build(root: string, built: string): Promise<void> {
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js')
  await mkdir(dirname(built), { recursive: true })
  const fresh = await mkdtemp(join(dirname(built), '.page-'))
  const args = ['build', join(root, 'page'), '--outDir', fresh, '--emptyOutDir', '--logLevel', 'error']
  try {
    await promisify(execFile)(process.execPath, [vite, ...args], { cwd: root })
    await rm(built, { recursive: true, force: true })
    await rename(fresh, built)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    // Someone else's build came between: as good as ours.
    if (!existsSync(join(built, 'index.html'))) throw error
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
