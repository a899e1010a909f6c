import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packAll } from '../../scripts/lib/pack.ts'

// An app that depends on the server package alone, as pnpm installs it: what that package needs cannot be imported by name.

const ours = (name: string): boolean => /^@threadline\/(schema|core|destinations|server)$/.test(name)
const FRAMEWORKS = { express: '5.3.0', fastify: '5.12.8', hono: '4.13.19', '@types/express': '5.0.6' }
const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

let folder: string
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'threadline-pnpm-')))
  const packed = packAll(join(folder, 'tarballs')).filter(({ manifest }) => ours(manifest.name))
  const tarballs = Object.fromEntries(packed.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]))
  const dependencies = { '@threadline/server': tarballs['@threadline/server'], '@types/node': '20.19.9', ...FRAMEWORKS }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
  const overrides = Object.entries(tarballs).map(([name, file]) => `  "${name}": "${file}"`)
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), `overrides:\n${overrides.join('\n')}\n`)
  execFileSync('npx', ['-y', 'pnpm@12.21.0', 'install', '--ignore-scripts', '--prefer-offline'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What `tsc` says of a file; empty when it is content. */
async function compile(code: string, options: { readonly [name: string]: unknown } = {}): Promise<string> {
  writeFileSync(join(folder, 'app.ts'), code)
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022', 'dom'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
    strict: true,
    types: ['node'],
    outDir: 'out',
    ...options,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }))
  const { stdout } = await execa(process.execPath, [TSC, '-p', '.'], { cwd: folder, reject: false })
  return stdout
}

const CLIENT = `import { createServerClient } from '@threadline/server'
export const client = createServerClient({ key: 'sk_test', host: 'https://events.example' })
`

test('the declaration of a client, of what it answers, of kits and test clients can be written', async () => {
  const code = `${CLIENT}
import { expressKit } from '@threadline/server/express'
import { fastifyKit } from '@threadline/server/fastify'
import { fetchKit } from '@threadline/server/fetch'
import { honoKit } from '@threadline/server/hono'
import { lambdaKit } from '@threadline/server/lambda'
import { nextKit } from '@threadline/server/next'
import { sveltekitKit } from '@threadline/server/sveltekit'
import { createTestClient, memoryDestination } from '@threadline/server/testing'

export const scope = client.scope({ headers: {} })
export const flushed = client.flush()
export const captured = client.captureNow({ event: 'signed_up', userId: 'user_42' })
export const stats = client.stats()
export const kits = {
  express: expressKit({ client }),
  fastify: fastifyKit({ client }),
  fetch: fetchKit({ client }),
  hono: honoKit({ client }),
  lambda: lambdaKit({ client }),
  next: nextKit({ client }),
  sveltekit: sveltekitKit({ client }),
}
declare const none: undefined
export const uncatalogued = createServerClient({ key: 'sk_test', host: 'https://events.example', events: none })
export const tests = createTestClient({ events: none })
export const found = tests.captured('signup_completed')
export const memory = memoryDestination()
`
  expect(await compile(code, { declaration: true, skipLibCheck: true })).toBe('')
})

test.each([
  ['a client alone', CLIENT],
  [
    'a test client alone',
    `import { createTestClient } from '@threadline/server/testing'\nexport const tests = createTestClient()`,
  ],
])('the declaration of %s can be written', async (_, code) => {
  expect(await compile(code, { declaration: true, skipLibCheck: true })).toBe('')
})

test('options and fields may be undefined, and properties an interface', async () => {
  const code = `import { createServerClient } from '@threadline/server'
interface Order { readonly total: number; readonly items: readonly { readonly sku: string }[]; readonly note?: string }
declare const order: Order
declare const unknown: undefined
const client = createServerClient({
  key: 'sk_test', host: 'https://events.example', onError: unknown, onDrop: unknown, onCapture: unknown,
  handleSignals: unknown, strict: unknown, flushAt: unknown, spool: unknown, transport: unknown,
})
client.capture({ event: 'order_placed', userId: 'user_42', properties: order, anonymousId: unknown, sessionId: unknown })
client.identify('user_42', { traits: order, email: unknown })
void client.flush({ timeoutMs: unknown })
`
  expect(await compile(code, { exactOptionalPropertyTypes: true, skipLibCheck: true })).toBe('')
})

test('the client needs no types of Node, also when declarations are checked', async () => {
  // `await using` needs a library of TypeScript's own, which Node's types bring along.
  const lib = ['es2022', 'esnext.disposable', 'dom']
  expect(await compile(CLIENT, { lib, types: [], typeRoots: [], skipLibCheck: false })).toBe('')
})

/** Every file of a folder. */
function filesOf(path: string): string[] {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' })
  return names.map((name) => join(path, name)).filter((file) => statSync(file).isFile())
}

/** Every file of ours, the client and what it needs. */
function installedFiles(): string[] {
  const store = join(folder, 'node_modules/.pnpm')
  const names = readdirSync(store).filter((name) => name.startsWith('@threadline+'))
  const all = names.flatMap((name) => filesOf(join(store, name, 'node_modules/@threadline')))
  // Each package links to those it depends on.
  return [...new Set(all.map((file) => realpathSync(file)))]
}

test('the packages are small: no sources, no source maps, nothing of the workspace alone', () => {
  const files = installedFiles()
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0)
  expect(bytes).toBeLessThan(1_500_000)
  expect(files.filter((file) => /\/src\/|\.map$|(?<!\.d)\.c?ts$/.test(file))).toEqual([])
  const manifests = files.filter((file) => basename(file) === 'package.json')
  expect(manifests).toHaveLength(4)
  for (const file of manifests) expect(readFileSync(file, 'utf8')).not.toContain('@threadline/source')
})

const LOADS = [
  ['app.mjs', (path: string) => `import * as made from '${path}'`],
  ['app.cjs', (path: string) => `const made = require('${path}')`],
] as const

const FAILURES = [
  ['@threadline/server', 'createServerClient({})'],
  ['@threadline/server/express', `expressKit({ proxy: { path: 'none', host: 'none' } })`],
] as const

test.each(LOADS)('a stack trace points to a line that can be read, in %s', async (name, load) => {
  for (const [path, call] of FAILURES) {
    writeFileSync(join(folder, name), `${load(path)}\ntry { made.${call} } catch (error) { console.log(error.stack) }`)
    const { stdout } = await execa(process.execPath, ['--enable-source-maps', name], { cwd: folder })
    const [, file = '', line] = /(?:file:\/\/)?(\/[^\s:()]+\/dist\/[^\s:()]+):(\d+):\d+/.exec(stdout) ?? []
    expect(installedFiles(), stdout).toContain(file)
    expect(readFileSync(file, 'utf8').split('\n')[Number(line) - 1], stdout).toMatch(/new (\w+\.)?\w*Error\(/)
  }
})

test('a client as ES module and one as CommonJS share one listener in their process', async () => {
  const code = `
import { createRequire } from 'node:module'
import * as esm from '@threadline/server'
const cjs = createRequire(import.meta.url)('@threadline/server')
const options = { key: 'sk_test', host: 'http://127.0.0.1:9', handleSignals: ['SIGTERM'] }
for (const { createServerClient } of [esm, cjs]) createServerClient(options).capture({ event: 'a', userId: 'user_42' })
console.log(esm.createServerClient !== cjs.createServerClient, process.listenerCount('SIGTERM'))
process.exit()`
  writeFileSync(join(folder, 'both.mjs'), code)
  const { stdout } = await execa(process.execPath, ['both.mjs'], { cwd: folder })
  expect(stdout).toBe('true 1')
})
