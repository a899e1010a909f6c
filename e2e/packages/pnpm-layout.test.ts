import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
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
}
export const tests = createTestClient()
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

test('source maps name sources that are installed, and do not repeat them', () => {
  const store = join(folder, 'node_modules/.pnpm')
  const installed = readdirSync(store)
    .filter((name) => name.startsWith('@threadline+'))
    .flatMap((name) => filesOf(join(store, name, 'node_modules/@threadline')))
  const maps = installed.filter((file) => file.endsWith('.map'))
  expect(maps.length).toBeGreaterThan(10)
  for (const file of maps) {
    const map = JSON.parse(readFileSync(file, 'utf8')) as { sources: string[]; sourcesContent?: unknown }
    expect(map.sourcesContent, file).toBeUndefined()
    // The bundler's own stand-in for `import.meta.url` is nobody's source.
    const sources = map.sources.filter((source) => !source.endsWith('/assets/cjs_shims.js'))
    for (const source of sources) expect(installed).toContain(join(dirname(file), source))
  }
})
