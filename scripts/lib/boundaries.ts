import { isBuiltin } from 'node:module'
import { join, relative } from 'node:path'
import { build } from 'esbuild'
import { importCircles } from './import-circles.ts'
import { importPaths, type PublishedPackage, resolveTarget, root } from './packages.ts'

/** The dependency direction: what each package may import of the others. */
const MAY_IMPORT: { readonly [name: string]: readonly string[] } = {
  '@threadline/schema': [],
  '@threadline/core': ['@threadline/schema'],
  '@threadline/destinations': ['@threadline/schema', '@threadline/core'],
  '@threadline/browser': ['@threadline/schema', '@threadline/core', '@threadline/destinations'],
  '@threadline/server': ['@threadline/schema', '@threadline/core', '@threadline/destinations'],
  '@threadline/collector': ['@threadline/schema', '@threadline/core', '@threadline/destinations'],
  '@threadline/cli': ['@threadline/schema', '@threadline/destinations', '@threadline/server', '@threadline/collector'],
}

/** Conditions of the resolvers that offer no Node modules, and of Node itself. */
const RUNTIMES: readonly { readonly conditions: readonly string[]; readonly hasNode: boolean }[] = [
  { conditions: ['browser', 'import'], hasNode: false },
  { conditions: ['workerd', 'worker', 'import'], hasNode: false },
  { conditions: ['edge-light', 'import'], hasNode: false },
  { conditions: ['node', 'import'], hasNode: true },
]

/** One import that crosses a boundary. */
interface ImportRecord {
  readonly importer: string
  readonly path: string
}

/**
 * What a package does against the rules of the workspace: an edge against the dependency direction, in its manifest or
 * its sources; a file of another package imported by path; a Node module where a runtime without Node would load it;
 * modules that import each other in a circle.
 *
 * Sources are followed from the entries that each runtime resolves to. Except in a circle, type-only imports do not count:
 * they are gone at run time, and the published types are checked with the packed tarballs.
 */
export async function boundaryProblems(published: PublishedPackage): Promise<string[]> {
  const { folder, manifest } = published
  const allowed = MAY_IMPORT[manifest.name]
  if (allowed === undefined) return [`${manifest.name} has no row in the table of dependency directions`]
  const isForbidden = (path: string): boolean => {
    const sibling = /^@threadline\/[^/]+/.exec(path)?.[0]
    return sibling !== undefined && sibling !== manifest.name && !allowed.includes(sibling)
  }

  const problems = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    .filter(isForbidden)
    .map((name) => `package.json must not depend on ${name}`)
  const circles = importCircles(join(folder, 'src'))
  problems.push(...circles.map((circle) => `modules of src import each other in a circle: ${circle}`))
  for (const { conditions, hasNode } of RUNTIMES) {
    const entries = [...importedEntries(published, conditions), ...(hasNode ? commandEntries(published) : [])]
    const { files, external } = await importsOf(entries, ['@threadline/source', ...conditions])
    const strays = files.filter((file) => relative(folder, file).startsWith('..'))
    const backward = external.filter(({ path }) => isForbidden(path))
    const unavailable = external.filter(({ path }) => !hasNode && isBuiltin(path))
    problems.push(
      ...strays.map((file) => `${relative(root, file)} belongs to another package`),
      ...backward.map(({ importer, path }) => `${importer} must not import ${path}`),
      ...unavailable.map(({ importer, path }) => `${importer} imports ${path}, which \`${conditions[0]}\` has not`),
    )
  }
  return [...new Set(problems)].sort()
}

/** The sources that a resolver with these conditions would load. */
function importedEntries(published: PublishedPackage, conditions: readonly string[]): string[] {
  return importPaths(published)
    .map(({ target }) => resolveTarget(target, ['@threadline/source', ...conditions]))
    .filter((file) => file !== undefined)
    .map((file) => join(published.folder, file))
}

/** The sources of a package's commands. */
function commandEntries({ folder, manifest }: PublishedPackage): string[] {
  const files = Object.values(manifest.bin ?? {})
  return files.map((file) => join(folder, file.replace('./dist/', './src/').replace(/\.js$/, '.ts')))
}

async function importsOf(
  entries: readonly string[],
  conditions: readonly string[],
): Promise<{ files: string[]; external: ImportRecord[] }> {
  if (entries.length === 0) return { files: [], external: [] }
  const { metafile } = await build({
    entryPoints: [...entries],
    // A package's own `#imports` lead to its sources too, built or not.
    conditions: [...conditions],
    absWorkingDir: root,
    bundle: true,
    packages: 'external',
    platform: 'neutral',
    format: 'esm',
    metafile: true,
    write: false,
    outdir: 'unused',
    logLevel: 'silent',
  })
  const external = Object.entries(metafile.inputs).flatMap(([importer, { imports }]) =>
    imports.filter((one) => one.external === true).map(({ path }) => ({ importer, path })),
  )
  return { files: Object.keys(metafile.inputs).map((file) => join(root, file)), external }
}
