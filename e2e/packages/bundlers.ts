import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import getPort from 'get-port'
import type { Project } from './project.ts'

/** A page that a bundler has made, served. */
export interface Site {
  readonly origin: string
  close(): Promise<void>
}

/** A bundler that users have, run as they run it. */
export interface Bundler {
  readonly name: string
  /** Makes a page of the project's `main.js` and serves it. */
  serve(project: Project, mode: 'development' | 'production'): Promise<Site>
}

/** Packages of the bundlers, for the project's own install. */
const BUNDLER_PACKAGES = [
  'esbuild@0.28.2',
  'vite@8.3.8',
  'webpack@5.113.0',
  'next@16.4.6',
  'react@19.3.1',
  'react-dom@19.3.1',
]

const PAGE = '<!doctype html><title>Page</title><script type="module" src="/bundle.js"></script>'

export function installBundlers(project: Project): void {
  const args = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', ...BUNDLER_PACKAGES]
  const { status, stderr } = spawnSync('npm', args, { cwd: project.folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm install: ${stderr}`)
}

/** Serves one page with one script. Nothing else is there, no route for events either. */
async function serveFile(file: string): Promise<Site> {
  const server = createServer(({ url }, response) => {
    if (url === '/') response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE)
    else if (url === '/bundle.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(file))
    } else response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://localhost:${port}`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Starts a server of the project's own and waits until it answers. */
async function serveCommand(project: Project, command: string, args: (port: number) => string[]): Promise<Site> {
  const port = await getPort()
  const origin = `http://localhost:${port}`
  const running = execa(join(project.folder, 'node_modules/.bin', command), args(port), {
    cwd: project.folder,
    env: { NODE_ENV: '', NEXT_TELEMETRY_DISABLED: '1' },
    stdin: 'ignore',
    reject: false,
    all: true,
  })
  const isUp = () =>
    fetch(origin, { headers: { accept: 'text/html' } }).then(
      ({ ok }) => ok,
      () => false,
    )
  while (!(await isUp())) {
    if (running.exitCode !== null) throw new Error(`${command}: ${(await running).all}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    origin,
    async close() {
      running.kill()
      await running
    },
  }
}

async function run(project: Project, program: string): Promise<void> {
  project.write('build.mjs', program)
  await execa(process.execPath, ['build.mjs'], { cwd: project.folder, env: { NODE_ENV: '' }, stdin: 'ignore' })
}

const out = ({ folder }: Project) => join(folder, 'out/bundle.js')

export const BUNDLERS: readonly Bundler[] = [
  {
    name: 'esbuild',
    async serve(project, mode) {
      // It takes NODE_ENV from whether it minifies, and sets no condition for either.
      const options = {
        entryPoints: ['main.js'],
        bundle: true,
        outfile: 'out/bundle.js',
        minify: mode === 'production',
      }
      await run(project, `import { build } from 'esbuild'\nawait build(${JSON.stringify(options)})`)
      return serveFile(out(project))
    },
  },
  {
    name: 'webpack',
    async serve(project, mode) {
      const output = { path: join(project.folder, 'out'), filename: 'bundle.js' }
      const options = { mode, entry: './main.js', output, devtool: false }
      await run(
        project,
        `import webpack from 'webpack'
        webpack(${JSON.stringify(options)}, (error, stats) => {
          if (error ?? stats.hasErrors()) throw error ?? new Error(stats.toString())
        })`,
      )
      return serveFile(out(project))
    },
  },
  {
    name: 'Vite',
    async serve(project, mode) {
      project.write('index.html', PAGE.replace('/bundle.js', '/main.js'))
      if (mode === 'development') return serveCommand(project, 'vite', (port) => ['--port', `${port}`, '--strictPort'])
      await execa(join(project.folder, 'node_modules/.bin/vite'), ['build'], {
        cwd: project.folder,
        env: { NODE_ENV: '' },
        stdin: 'ignore',
      })
      return serveCommand(project, 'vite', (port) => ['preview', '--port', `${port}`, '--strictPort'])
    },
  },
  {
    name: 'Next',
    async serve(project, mode) {
      project.write(
        'pages/index.js',
        `import { useEffect } from 'react'
        export default function Page() {
          useEffect(() => void import('../main.js'), [])
          return 'Page'
        }`,
      )
      const next = join(project.folder, 'node_modules/.bin/next')
      if (mode === 'development') return serveCommand(project, 'next', (port) => ['dev', '--port', `${port}`])
      const env = { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
      await execa(next, ['build'], { cwd: project.folder, env, stdin: 'ignore' })
      return serveCommand(project, 'next', (port) => ['start', '--port', `${port}`])
    },
  },
]
