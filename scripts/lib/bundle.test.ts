import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleForBrowser, inputsFrom } from './bundle.ts'
import { root } from './packages.ts'

const schema = join(root, 'packages/schema')

test('a bundle that pulls zod in is found out, however it got there', async () => {
  const { inputs } = await bundleForBrowser(`export { z } from 'zod'`, schema)
  expect(inputsFrom(inputs, ['zod'])).not.toEqual([])
})

test('a bundle without zod is not', async () => {
  const { inputs } = await bundleForBrowser('export const zod = "node_modules-free"', schema)
  expect(inputsFrom(inputs, ['zod'])).toEqual([])
})

test('an import that does not resolve fails', async () => {
  await expect(bundleForBrowser(`export { a } from '@threadline/no-such-package'`, schema)).rejects.toThrow('resolve')
})

const LATER = [...'abcdefghijkl']

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'))
  writeFileSync(join(folder, 'shared.js'), `export const shared = '${'s'.repeat(1_000)}'`)
  for (const name of LATER) {
    const code = `export { shared } from './shared.js'; export const later = '${name.repeat(5_000)}'`
    writeFileSync(join(folder, `${name}.js`), code)
  }
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

test('what is imported later is not counted, what is shared with it is', async () => {
  const code = `import { shared } from './shared.js'; console.log(shared, () => [${LATER.map((name) => `import('./${name}.js')`)}])`
  const { minBytes, brotliBytes } = await bundleForBrowser(code, folder)
  expect(minBytes).toBeGreaterThan(1_000)
  expect(minBytes).toBeLessThan(2_000)
  expect(brotliBytes).toBeLessThan(minBytes / 2)
})

test('what nobody uses is not counted', async () => {
  const { minBytes } = await bundleForBrowser(`import { shared } from './shared.js'; console.log(1)`, folder)
  expect(minBytes).toBeLessThan(100)
})
