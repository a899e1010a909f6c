import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { DockerfileParser } from 'dockerfile-ast'
import { build } from 'esbuild'
import { execa } from 'execa'
import getPort from 'get-port'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { packAll } from '../../scripts/lib/pack.ts'
import { root } from '../../scripts/lib/packages.ts'
import { describeWithBrowser, launchChromium } from '../browser/engines.ts'
import { type QuickStart, quickStart, type Values } from './quick-starts.ts'
import { type Registry, startRegistry } from './registry.ts'
import { WORKERD } from './runtimes.ts'

// A release, rehearsed: every package goes to a registry of its own, and from there to people who follow the documentation.

let folder: string
let registry: Registry
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'threadline-published-')))
  registry = await startRegistry(join(folder, 'registry'))
  for (const packed of packAll(join(folder, 'tarballs'))) await registry.publish(packed)
}, 300_000)
afterAll(async () => {
  await registry?.close()
  rmSync(folder, { recursive: true, force: true })
})

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** An empty folder, as somebody has it who begins. */
function emptyFolder(): string {
  const empty = mkdtempSync(join(folder, 'app-'))
  writeFileSync(join(empty, 'package.json'), '{ "private": true, "type": "module" }\n')
  return empty
}

interface Run {
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
  /** Resolves when it has printed this. */
  readonly until: RegExp
}

/** Starts a program that runs on; resolves with what it printed until it was ready. Ended with the test. */
async function start(file: string, args: readonly string[], { cwd, env = {}, until }: Run): Promise<string> {
  const child = execa(file, [...args], {
    cwd,
    env: { ...registry.env, ...env },
    reject: false,
    all: true,
    detached: true,
  })
  cleanUps.push(async () => {
    // npx and npm start others: the whole group ends.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM')
    await child
  })
  return await printed(child, until)
}

interface Printing extends PromiseLike<unknown> {
  readonly all: NodeJS.ReadableStream
}

/** What it printed until this was among it. Rejects when it ends before. */
function printed(child: Printing, until: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.all.on('data', (chunk) => {
      text += String(chunk)
      if (until.test(text)) resolve(text)
    })
    child.then(() => reject(new Error(`it ended before it printed ${until}:\n${text}`)))
  })
}

/** The first step of the quick start. */
async function startCollector(): Promise<Values> {
  const output = await start('npx', ['-y', '@threadline/cli', 'collect', '--create-keys'], {
    cwd: emptyFolder(),
    until: /login\?token=/,
  })
  const found = (pattern: RegExp) => pattern.exec(output)?.[0] ?? `nothing printed like ${pattern}`
  return { host: found(/http:\/\/127\.0\.0\.1:\d+/), publicKey: found(/pk_\S+/), secretKey: found(/sk_\S+/) }
}

/** How often each event was stored. The browser of a test is a bot to the collector. */
async function stored({ host, secretKey }: Values): Promise<{ readonly [event: string]: number }> {
  const response = await fetch(`${host}/v1/reports/events?bots=include`, {
    headers: { authorization: `Bearer ${secretKey}` },
  })
  const { counts } = (await response.json()) as { counts: { event: string; count: number }[] }
  return Object.fromEntries(counts.map(({ event, count }) => [event, count]))
}

/** Follows one section: installs as it says, and writes its files. */
async function follow(app: QuickStart, values: Values, scaffold: { readonly [file: string]: string } = {}) {
  const cwd = emptyFolder()
  for (const [file, text] of Object.entries(scaffold)) writeFileSync(join(cwd, file), text)
  await execa('bash', ['-ec', app.install], { cwd, env: registry.env })
  app.write(cwd, values)
  return cwd
}

/** The version of a package that the workspace tests with. */
function versionOf(name: string, from = import.meta.url): string {
  const manifest = createRequire(from).resolve(`${name}/package.json`)
  return `${name}@${(JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version}`
}

describeWithBrowser('chromium', 'the quick start, from a registry to the first event', (chromium) => {
  /** Opens the page, signs up, and waits until both have arrived. */
  async function visit(url: string, values: Values): Promise<void> {
    const browser = await launchChromium(chromium)
    cleanUps.push(() => browser.close())
    const page = await browser.newPage()
    await page.goto(url)
    await expect.poll(() => stored(values), { timeout: 60_000, interval: 200 }).toEqual({ $pageview: 1 })
    await page.getByRole('button', { name: 'Sign up' }).click()
    await expect
      .poll(() => stored(values), { timeout: 60_000, interval: 200 })
      .toMatchObject({ $pageview: expect.any(Number), signup_completed: 1 })
  }

  test('plain HTML', async () => {
    const values = await startCollector()
    const cwd = await follow(quickStart('Plain HTML'), values)
    await visit(await serve(cwd), values)
  }, 300_000)

  test('Vite and React', async () => {
    const values = await startCollector()
    const cwd = await follow(quickStart('Vite and React'), values, {
      'index.html':
        '<!doctype html><title>Home</title><div id="root"></div><script type="module" src="/src/main.tsx"></script>\n',
    })
    const project = join(root, 'examples/next/package.json')
    const scaffold = [versionOf('vite'), versionOf('react', project), versionOf('react-dom', project)]
    await execa('npm', ['install', '--no-audit', '--no-fund', ...scaffold], { cwd, env: registry.env })
    const port = await getPort()
    const args = ['vite', '--host', '127.0.0.1', '--port', String(port)]
    await start('npx', args, { cwd, env: { NO_COLOR: '1' }, until: /Local:/ })
    await visit(`http://127.0.0.1:${port}/`, values)
  }, 300_000)

  test('Next', async () => {
    const values = await startCollector()
    const cwd = await follow(quickStart('Next'), values)
    const project = join(root, 'examples/next/package.json')
    const names = ['next', 'react', 'react-dom', 'typescript', '@types/react', '@types/node']
    const scaffold = names.map((name) => versionOf(name, project))
    await execa('npm', ['install', '--no-audit', '--no-fund', ...scaffold], { cwd, env: registry.env })
    const port = await getPort()
    const env = { NEXT_TELEMETRY_DISABLED: '1' }
    await execa('npx', ['next', 'build'], { cwd, env: { ...registry.env, ...env } })
    await start('npx', ['next', 'start', '--port', String(port)], { cwd, env, until: /Ready in/ })
    await visit(`http://localhost:${port}/`, values)
  }, 600_000)

  test('Express', async () => {
    const values = await startCollector()
    const cwd = await follow(quickStart('Express'), values)
    const port = await getPort()
    const env = { THREADLINE_KEY: values.secretKey, THREADLINE_HOST: values.host, PORT: String(port) }
    await start(process.execPath, ['server.mjs'], { cwd, env, until: /Listening/ })
    await visit(`http://127.0.0.1:${port}/`, values)
  }, 300_000)

  test('Cloudflare Workers', async () => {
    const values = await startCollector()
    const cwd = await follow(quickStart('Cloudflare Workers'), values)
    const url = await serveWorker(cwd, values)
    expect(await (await fetch(url)).text()).toBe('Signed up')
    await expect.poll(() => stored(values), { timeout: 60_000, interval: 200 }).toEqual({ signup_completed: 1 })
  }, 300_000)
})

/** A web server for files. */
async function serve(cwd: string): Promise<string> {
  const types: { readonly [extension: string]: string } = { '.html': 'text/html', '.js': 'text/javascript' }
  const server = createServer((request, response) => {
    const file = request.url === '/' ? 'index.html' : (request.url ?? '').slice(1)
    const type = types[extname(file)]
    if (type === undefined) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': type }).end(readFileSync(join(cwd, file)))
  })
  const port = await getPort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  cleanUps.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${port}/`
}

/** Bundles `src/index.ts` as wrangler does, and runs it on the same runtime. */
async function serveWorker(cwd: string, { host, secretKey }: Values): Promise<string> {
  await build({
    entryPoints: [join(cwd, 'src/index.ts')],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    conditions: ['workerd', 'worker', 'browser'],
    outfile: join(cwd, 'worker.mjs'),
  })
  const port = await getPort()
  writeFileSync(
    join(cwd, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed "worker.mjs")],
      compatibilityDate = "2026-01-01",
      bindings = [(name = "THREADLINE_HOST", text = "${host}"), (name = "THREADLINE_KEY", text = "${secretKey}")],
      globalOutbound = "internet",
    )),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`,
  )
  await start(WORKERD, ['serve', 'config.capnp', '--control-fd=1'], { cwd, until: /"listen"/ })
  return `http://127.0.0.1:${port}/`
}

describe('deploy/Dockerfile, its steps run without Docker', () => {
  const file = DockerfileParser.parse(readFileSync(join(root, 'deploy/Dockerfile'), 'utf8'))

  const texts = (keyword: string): string[] =>
    file
      .getInstructions()
      .filter((instruction) => instruction.getKeyword() === keyword)
      .map((instruction) => instruction.getArgumentsContent() ?? '')
  const text = (keyword: string): string => texts(keyword)[0] ?? ''

  /** The words of an instruction, which is in its JSON form: no shell stands between signals and the process. */
  const words = (keyword: string): string[] => JSON.parse(text(keyword).replace(/^.*?CMD /, ''))

  test('has nothing but what is tried here', () => {
    const steps = [
      'FROM',
      'ARG',
      'RUN',
      'RUN',
      'USER',
      'VOLUME',
      'WORKDIR',
      'EXPOSE',
      'HEALTHCHECK',
      'ENTRYPOINT',
      'CMD',
    ]
    expect(file.getInstructions().map((instruction) => instruction.getKeyword())).toEqual(steps)
    expect(text('USER')).toBe('node')
    expect(text('WORKDIR')).toBe(text('VOLUME'))
  })

  test('installs a command that collects, and a check that tells whether it lives', async () => {
    const prefix = join(folder, 'image')
    const [install = ''] = texts('RUN')
    await execa('bash', ['-ec', install], { env: { ...registry.env, VERSION: 'latest', npm_config_prefix: prefix } })

    const port = await getPort()
    const onPort = (arg: string) => arg.replace(text('EXPOSE'), String(port))
    const [program = '', ...args] = [...words('ENTRYPOINT'), ...words('CMD')].map(onPort)
    expect(args).toContain(String(port))
    const collector = execa(join(prefix, 'bin', program), [...args, '--json'], {
      cwd: emptyFolder(),
      reject: false,
      all: true,
      env: { THREADLINE_KEYS: 'sk_rehearsal' },
    })
    cleanUps.push(() => collector.kill('SIGKILL'))
    await printed(collector, /"listening"/)

    const [, ...probe] = words('HEALTHCHECK').map(onPort)
    const check = async () => (await execa(process.execPath, probe, { reject: false })).exitCode
    expect(await check()).toBe(0)
    collector.kill('SIGTERM')
    expect((await collector).exitCode).toBe(0)
    expect(await check()).toBe(1)
  }, 300_000)
})
