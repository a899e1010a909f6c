import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type PackedPackage, packAll } from '../../scripts/lib/pack.ts'
import { type ExportTarget, importPaths, type Manifest } from '../../scripts/lib/packages.ts'

/** Something a user may import. */
export interface ImportPath {
  readonly path: string
  /** What `exports` says about it. */
  readonly target: ExportTarget
  /** It is named after a peer dependency, such as `/next`, and useless without it. */
  readonly needsPeer: boolean
}

/** An npm project outside the workspace that has every package installed from its tarball. */
export interface Project {
  readonly folder: string
  /** Everything a user may import. */
  readonly imports: readonly ImportPath[]
  /** Names of the commands that the packages install. */
  readonly commands: readonly string[]
  /** What each package asks npm for besides our own packages, as `<package>: <dependency> <range>`. */
  readonly thirdParties: readonly string[]
  /**
   * A project beside this one that has only the packages that depend on nothing but each other, and no peers: a name that
   * their declarations should not mention is not there to be found.
   */
  withoutThirdParties(): Project
  /** Writes a file into the project and returns its path. */
  write(name: string, text: string): string
  remove(): void
}

/**
 * Packs every package and installs the tarballs with npm into an empty project, beside their peer dependencies and the
 * type packages that their declarations name. Everything else comes from the registry, as it would for a user.
 */
export function installPackages(): Project {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'threadline-packages-')))
  const packed = packAll(join(folder, 'tarballs'))
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  const companions = [...new Set(packed.flatMap(companionsOf))]
  const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
  execFileSync('npm', [...install, ...packed.map(({ tarball }) => tarball), ...companions], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return projectOf(folder, packed)
}

function projectOf(folder: string, packed: readonly PackedPackage[]): Project {
  return {
    folder,
    imports: packed.flatMap((one) =>
      importPaths(one).map(({ path, target }) => ({
        path,
        target,
        // `/next` by the package `next`, `/opentelemetry` by `@opentelemetry/api`.
        needsPeer: Object.keys(one.manifest.peerDependencies ?? {}).some(
          (peer) => peer === basename(path) || dirname(peer) === `@${basename(path)}`,
        ),
      })),
    ),
    commands: packed.flatMap(({ manifest }) => Object.keys(manifest.bin ?? {})),
    thirdParties: packed.flatMap(({ manifest: { name } }) => {
      // As it was uploaded: in the workspace the ranges stand in the catalog.
      const uploaded: Manifest = JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'))
      const others = Object.entries(uploaded.dependencies ?? {}).filter(([dependency]) => !isOurs(dependency))
      return others.map(([dependency, range]) => `${name}: ${dependency} ${range}`)
    }),
    withoutThirdParties() {
      const lean = realpathSync(mkdtempSync(join(tmpdir(), 'threadline-lean-')))
      const own = packed.filter(({ manifest }) => Object.keys(manifest.dependencies ?? {}).every(isOurs))
      for (const { manifest } of own) {
        const path = join('node_modules', manifest.name)
        cpSync(join(folder, path), join(lean, path), { recursive: true })
      }
      const project = projectOf(lean, own)
      return { ...project, imports: project.imports.filter(({ needsPeer }) => !needsPeer) }
    },
    write(name, text) {
      const file = join(folder, name)
      writeFileSync(file, text)
      return file
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function isOurs(name: string): boolean {
  return name.startsWith('@threadline/')
}

/** The peers and type packages of a package, in the versions that the workspace has. */
function companionsOf({ folder, manifest }: PackedPackage): string[] {
  const types = Object.keys(manifest.devDependencies ?? {}).filter((name) => name.startsWith('@types/'))
  return [...Object.keys(manifest.peerDependencies ?? {}), ...types].map((name) => {
    const file = join(folder, 'node_modules', name, 'package.json')
    if (!existsSync(file)) throw new Error(`${manifest.name} names ${name} but does not install it for its own tests`)
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
    return `${name}@${version}`
  })
}
