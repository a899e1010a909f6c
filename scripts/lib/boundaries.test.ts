import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { boundaryProblems } from './boundaries.ts'
import type { ExportTarget, PublishedPackage } from './packages.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'boundaries-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const source = (target: ExportTarget): { '.': ExportTarget } => ({ '.': { '@threadline/source': target } })

/** A package called `@threadline/core` with these files, whose only entry is `src/index.ts` unless told otherwise. */
function corePackage(
  files: { readonly [path: string]: string },
  manifest: Partial<PublishedPackage['manifest']> = {},
): PublishedPackage {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return {
    folder,
    manifest: { name: '@threadline/core', version: '0.0.0', exports: source('./src/index.ts'), ...manifest },
  }
}

test('imports along the direction, of npm packages and of types pass', async () => {
  const published = corePackage(
    {
      'src/index.ts': `import { LIMITS } from '@threadline/schema'
        import type { Server } from 'node:http'
        import { other } from './other.ts'
        import anything from 'anything'
        export const all = [LIMITS, other, anything] satisfies Server[]`,
      'src/other.ts': `export { other } from '@threadline/schema/zod'`,
    },
    { dependencies: { '@threadline/schema': 'workspace:^', anything: '1.0.0' } },
  )
  expect(await boundaryProblems(published)).toEqual([])
})

test('an import against the direction fails, however deep', async () => {
  const published = corePackage({
    'src/index.ts': `export { deep } from './deep.ts'`,
    'src/deep.ts': `export { deep } from '@threadline/server/testing'`,
  })
  expect(await boundaryProblems(published)).toEqual([
    expect.stringMatching(/src\/deep\.ts must not import @threadline\/server\/testing$/),
  ])
})

test('a dependency against the direction fails even when nothing imports it', async () => {
  const published = corePackage(
    { 'src/index.ts': 'export const nothing = 1' },
    { dependencies: { '@threadline/browser': 'workspace:^' } },
  )
  expect(await boundaryProblems(published)).toEqual(['package.json must not depend on @threadline/browser'])
})

test('a Node module fails for each runtime that has none, with or without its prefix', async () => {
  const published = corePackage({
    'src/index.ts': `import { join } from 'path'
      export const read = async () => (await import('node:fs')).readFileSync(join('a', 'b'))`,
  })
  expect(await boundaryProblems(published)).toEqual(
    ['node:fs', 'path'].flatMap((name) =>
      ['browser', 'edge-light', 'workerd'].map((runtime) =>
        expect.stringMatching(new RegExp(`src/index\\.ts imports ${name}, which \`${runtime}\` has not$`)),
      ),
    ),
  )
})

test('a Node module is allowed where only the node condition reaches it', async () => {
  const published = corePackage(
    {
      'src/index.ts': 'export const read = undefined',
      'src/node.ts': `export { readFileSync as read } from 'node:fs'`,
    },
    { exports: source({ node: './src/node.ts', default: './src/index.ts' }) },
  )
  expect(await boundaryProblems(published)).toEqual([])
})

test("a command's imports count as well", async () => {
  const published = corePackage(
    { 'src/main.ts': `import '@threadline/server'` },
    { exports: {}, bin: { core: './dist/main.js' } },
  )
  expect(await boundaryProblems(published)).toEqual([
    expect.stringMatching(/src\/main\.ts must not import @threadline\/server$/),
  ])
})

test('a file of another package imported by path fails', async () => {
  const published = corePackage({
    'inner/src/index.ts': `export { hidden } from '../../neighbour.ts'`,
    'neighbour.ts': 'export const hidden = 1',
  })
  expect(await boundaryProblems({ ...published, folder: join(folder, 'inner') })).toEqual([
    expect.stringMatching(/neighbour\.ts belongs to another package$/),
  ])
})

test('circles of imports fail, each module with the shortest way back to it, even where only types are imported', async () => {
  const published = corePackage({
    'src/index.ts': `export { a } from './room/a.ts'`,
    'src/room/a.ts': `import type { B } from './b.ts'
      export const a: B = 1`,
    'src/room/b.ts': `import { long } from '../long.ts'
      export { a } from './a.ts'
      export type B = typeof long | import('../c.ts').C`,
    'src/long.ts': `export { long } from './c.ts'`,
    'src/c.ts': `import { a } from './room/a.ts'
      export const long = 1
      export type C = typeof a`,
  })
  expect(await boundaryProblems(published)).toEqual([
    'modules of src import each other in a circle: c.ts -> room/a.ts -> room/b.ts -> c.ts',
    'modules of src import each other in a circle: long.ts -> c.ts -> room/a.ts -> room/b.ts -> long.ts',
  ])
})

test('modules that share what lies below them make no circle', async () => {
  const published = corePackage({
    'src/index.ts': `export { a } from './a.ts'
      export { b } from './b.ts'`,
    'src/a.ts': `import type { Shared } from './shared.ts'
      import { b } from './b.ts'
      export const a: Shared = b`,
    'src/b.ts': `import type { Shared } from './shared.ts'
      export const b: Shared = 1`,
    'src/shared.ts': 'export type Shared = number',
  })
  expect(await boundaryProblems(published)).toEqual([])
})

test('a package without a row in the table fails', async () => {
  const published = corePackage({ 'src/index.ts': '' }, { name: '@threadline/new' })
  expect(await boundaryProblems(published)).toEqual([expect.stringContaining('@threadline/new has no row')])
})
