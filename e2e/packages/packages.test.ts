import { join } from 'node:path'
import { build } from 'esbuild'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resolveTarget } from '../../scripts/lib/packages.ts'
import { type FoundExports, listExportsModule, listExportsProgram } from './list-exports.ts'
import { installPackages, type Project } from './project.ts'
import { RUNTIMES, WORKERD } from './runtimes.ts'
import { typeErrors } from './type-check.ts'

let project: Project
/** What each path exports to an ES module on the Node that runs the tests: the others must see the same. */
let reference: FoundExports

beforeAll(async () => {
  project = installPackages()
  reference = await exportsSeenBy([process.execPath], 'import')
}, 300_000)

afterAll(() => project?.remove())

const allPaths = () => project.imports.map(({ path }) => path)

/** The paths that `exports` offers, or refuses, to a resolver with these conditions. */
const offered = (...conditions: string[]) => pathsWhere((file) => file !== undefined, conditions)
const refused = (...conditions: string[]) => pathsWhere((file) => file === undefined, conditions)

function pathsWhere(keep: (file: string | undefined) => boolean, conditions: readonly string[]): string[] {
  return project.imports.filter(({ target }) => keep(resolveTarget(target, conditions))).map(({ path }) => path)
}

/** Frameworks bring bundlers of their own, which ours would only imitate. */
const withoutPeers = (paths: readonly string[]) =>
  paths.filter((path) => !project.imports.some((one) => one.path === path && one.needsPeer))

const only = (paths: readonly string[]) => Object.fromEntries(paths.map((path) => [path, reference[path]]))

/**
 * What a runtime sees of every path. The program that loads ours must end by itself: loading a package holds nothing
 * open. What a framework holds open is its own business (msw keeps Deno running).
 */
async function exportsSeenBy(command: readonly string[], load: 'import' | 'require'): Promise<FoundExports> {
  const own = withoutPeers(allPaths())
  const others = allPaths().filter((path) => !own.includes(path))
  const extension = load === 'import' ? 'mjs' : 'cjs'
  project.write(`own.${extension}`, listExportsProgram(own, load))
  project.write(`others.${extension}`, listExportsProgram(others, load, true))
  return { ...(await run(command, `own.${extension}`)), ...(await run(command, `others.${extension}`)) }
}

/** Runs a program of the project that prints JSON, and ends within a minute. */
async function run([command, ...args]: readonly string[], file: string): Promise<FoundExports> {
  const { stdout } = await execa(command ?? '', [...args, file], {
    cwd: project.folder,
    timeout: 60_000,
    stdin: 'ignore',
  })
  return JSON.parse(stdout)
}

test('every path exports something', () => {
  for (const path of allPaths()) expect(reference[path], path).toEqual(expect.arrayContaining([expect.any(String)]))
})

test('every package takes a newer compatible version of what it depends on, so that its users have one copy', () => {
  expect(project.thirdParties).toContainEqual(expect.stringMatching(/^@threadline\/server: undici \^7\./))
  const exact = project.thirdParties.filter((one) => !/ \^\d+\.\d+\.\d+$/.test(one))
  // Its file format belongs to its version, and its releases are numbered as prereleases.
  expect(exact).toEqual([expect.stringMatching(/^@threadline\/collector: @duckdb\/node-api /)])
})

describe.each(RUNTIMES)('$name', ({ command, conditions }) => {
  test('imports every path', async () => {
    const found = await exportsSeenBy(command, 'import')
    expect(found).toMatchObject(only(offered(...conditions)))
    for (const path of refused(...conditions)) expect(found[path], path).toEqual(expect.any(String))
  })
})

test.each(RUNTIMES.filter(({ name }) => name.startsWith('Node')))('$name requires every path', async ({ command }) => {
  expect(await exportsSeenBy(command, 'require')).toEqual(reference)
})

test('every command starts and explains itself', async () => {
  for (const command of project.commands) {
    const { stdout } = await execa(join(project.folder, 'node_modules/.bin', command), ['--help'], { timeout: 60_000 })
    expect(stdout).toContain(`Usage: ${command}`)
  }
})

describe('a bundler for pages', () => {
  const bundle = (code: string) =>
    build({
      stdin: { contents: code, resolveDir: project.folder, loader: 'js' },
      bundle: true,
      format: 'esm',
      platform: 'browser',
      outfile: join(project.folder, 'page.mjs'),
      logLevel: 'silent',
    })

  test('takes every path that is for pages and needs no framework, and the bundle loads without a DOM', async () => {
    const paths = withoutPeers(offered('browser', 'import'))
    await bundle(`${listExportsModule(paths)}\nconsole.log(JSON.stringify(found))`)
    expect(await run([process.execPath], 'page.mjs')).toEqual(only(paths))
  })

  test('refuses every path that is not', async () => {
    expect(refused('browser', 'import')).toEqual([
      '@threadline/collector',
      '@threadline/server',
      '@threadline/server/express',
      '@threadline/server/fastify',
      '@threadline/server/lambda',
    ])
    for (const path of refused('browser', 'import')) {
      await expect(bundle(listExportsModule([path])), path).rejects.toThrow(`Could not resolve "${path}"`)
    }
  })
})

test('a bundler for edge runtimes, which sets `browser` too, is refused what needs Node', () => {
  expect(refused('edge-light', 'worker', 'browser', 'import')).toEqual([
    '@threadline/collector',
    '@threadline/server/express',
    '@threadline/server/fastify',
    '@threadline/server/lambda',
  ])
})

test('workerd imports every path that is for workers and needs no framework', async () => {
  // As wrangler sets them: `browser` is for packages that know no other of these names.
  const conditions = ['workerd', 'worker', 'browser']
  expect(refused(...conditions, 'import')).toEqual(['@threadline/collector', '@threadline/server/lambda'])
  const paths = withoutPeers(offered(...conditions, 'import'))
  const worker = `${listExportsModule(paths)}
export default {
  test() {
    const expected = ${JSON.stringify(JSON.stringify(only(paths)))}
    if (JSON.stringify(found) !== expected) throw new Error('found ' + JSON.stringify(found))
  },
}`
  await build({
    stdin: { contents: worker, resolveDir: project.folder, loader: 'js' },
    bundle: true,
    format: 'esm',
    conditions,
    platform: 'neutral',
    outfile: join(project.folder, 'worker.mjs'),
    logLevel: 'silent',
  })
  const config = project.write(
    'workerd.capnp',
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = (
  modules = [(name = "worker", esModule = embed "worker.mjs")],
  compatibilityDate = "2026-01-01",
))]);
`,
  )
  await execa(WORKERD, ['test', config], { cwd: project.folder, timeout: 60_000 })
})

describe('TypeScript, checking every declaration it reads', () => {
  const esm = (paths: readonly string[]) =>
    [...paths.map((path, i) => `import * as module${i} from '${path}'`), `export const all = [${names(paths)}]`].join(
      '\n',
    )
  const commonJs = (paths: readonly string[]) =>
    [...paths.map((path, i) => `import module${i} = require('${path}')`), `export = [${names(paths)}]`].join('\n')
  const names = (paths: readonly string[]) => paths.map((_, i) => `module${i}`).join(', ')

  const node = { lib: ['ES2022'], types: ['node'] }
  const page = { lib: ['ES2022', 'DOM'] }
  const everything = { lib: ['ES2022', 'DOM'], types: ['node'] }
  const nodenext = { module: 'nodenext', moduleResolution: 'nodenext' }
  const bundler = { module: 'esnext', moduleResolution: 'bundler' }

  test('nodenext, as ES module and as CommonJS', () => {
    project.write('reader.mts', esm(allPaths()))
    project.write('reader.cts', commonJs(allPaths()))
    expect(typeErrors(project.folder, ['reader.mts', 'reader.cts'], { ...nodenext, ...everything })).toBe('')
  })

  test('bundler', () => {
    project.write('reader.ts', esm(allPaths()))
    expect(typeErrors(project.folder, ['reader.ts'], { ...bundler, ...everything })).toBe('')
  })

  test('a page without Node types', () => {
    project.write('page.ts', esm(offered('browser', 'import')))
    expect(typeErrors(project.folder, ['page.ts'], { ...bundler, ...page })).toBe('')
  })

  test('a page that has nothing but our packages: no declaration of theirs names another', () => {
    const lean = project.withoutThirdParties()
    try {
      const paths = lean.imports.map(({ path }) => path)
      expect(paths).toEqual(
        expect.arrayContaining(['@threadline/browser', '@threadline/destinations', '@threadline/schema']),
      )
      lean.write('page.ts', esm(paths))
      expect(typeErrors(lean.folder, ['page.ts'], { ...bundler, ...page })).toBe('')
    } finally {
      lean.remove()
    }
  })

  test('a server without DOM types', () => {
    project.write('server.mts', esm(allPaths().filter((path) => !path.startsWith('@threadline/browser'))))
    expect(typeErrors(project.folder, ['server.mts'], { ...nodenext, ...node })).toBe('')
  })

  test('a declaration that names a package which is not installed is found out', () => {
    project.write(
      'node_modules/@threadline/leak.d.mts',
      `import type { Leak } from 'not-installed'\nexport declare const leak: Leak\n`,
    )
    project.write('leaking.mts', `export { leak } from './node_modules/@threadline/leak.mjs'`)
    expect(typeErrors(project.folder, ['leaking.mts'], { ...nodenext, lib: ['ES2022'] })).toContain("'not-installed'")
  })
})
