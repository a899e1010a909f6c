import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** The value of one `exports` entry: a file, nothing for these conditions, or a choice by condition. */
export type ExportTarget = string | null | { readonly [condition: string]: ExportTarget }

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly description?: string
  readonly keywords?: readonly string[]
  readonly homepage?: string
  readonly bugs?: string
  readonly repository?: { readonly type: string; readonly url: string; readonly directory: string }
  /** Commands by name, with the files that they run. */
  readonly bin?: { readonly [command: string]: string }
  readonly exports: { readonly [subpath: string]: ExportTarget }
  readonly dependencies?: { readonly [name: string]: string }
  readonly peerDependencies?: { readonly [name: string]: string }
  readonly devDependencies?: { readonly [name: string]: string }
}

export interface PublishedPackage {
  readonly folder: string
  readonly manifest: Manifest
}

/** Every package that goes to npm, in the order of the folder names. */
export function publishedPackages(): PublishedPackage[] {
  const packages = join(root, 'packages')
  return readdirSync(packages)
    .map((name) => join(packages, name))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest }))
    .filter(({ manifest }) => manifest.private !== true)
}

/** What a user may import: `@threadline/schema`, `@threadline/schema/zod`, … without `package.json` and plain assets. */
export function importPaths({
  manifest,
}: PublishedPackage): { readonly path: string; readonly target: ExportTarget }[] {
  return Object.entries(manifest.exports)
    .filter(([, target]) => target !== null && typeof target !== 'string')
    .map(([subpath, target]) => ({ path: join(manifest.name, subpath), target }))
}

/**
 * The file that a resolver with these conditions picks, as Node's own algorithm does: the first condition that matches
 * wins, and `null` refuses.
 */
export function resolveTarget(target: ExportTarget, conditions: readonly string[]): string | undefined {
  return pick(target, new Set([...conditions, 'default'])) ?? undefined
}

// `undefined` is "no condition matched, try the next", `null` is "refused, stop here".
function pick(target: ExportTarget, conditions: ReadonlySet<string>): string | null | undefined {
  if (target === null || typeof target === 'string') return target
  for (const [condition, inner] of Object.entries(target)) {
    if (!conditions.has(condition)) continue
    const found = pick(inner, conditions)
    if (found !== undefined) return found
  }
  return undefined
}
