import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type PublishedPackage, publishedPackages, root } from './packages.ts'

export interface PackedPackage extends PublishedPackage {
  /** Path of the `.tgz` that would be uploaded. */
  readonly tarball: string
}

/**
 * Packs every published package into `folder`, which is emptied first.
 *
 * pnpm packs, not npm, because only pnpm replaces `workspace:` and `catalog:` by real versions.
 *
 * @throws When a package has not been built.
 */
export function packAll(folder: string): PackedPackage[] {
  const packages = publishedPackages()
  for (const { folder: source, manifest } of packages) {
    if (!existsSync(join(source, 'dist'))) throw new Error(`${manifest.name} has no dist: run \`pnpm run build\` first`)
  }
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const pack = ['--recursive', '--filter', './packages/*', 'pack', '--pack-destination', folder]
  execFileSync('npx', ['-y', 'pnpm@12.21.0', ...pack], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  return packages.map((published) => ({ ...published, tarball: join(folder, tarballName(published)) }))
}

function tarballName({ manifest }: PublishedPackage): string {
  return `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`
}
