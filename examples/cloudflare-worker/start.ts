import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

// Runs a worker, `worker.ts` unless named, on workerd, the runtime of Cloudflare Workers. `wrangler dev` does the same and
// more.

const here = import.meta.dirname
const [entry = 'worker.ts'] = process.argv.slice(2)
const { PORT = '8787', THREADLINE_HOST = '', THREADLINE_KEY = '', THREADLINE_PUBLIC_KEY = '' } = process.env

async function bundle(file: string, conditions: readonly string[]): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(here, file)],
    bundle: true,
    format: 'esm',
    conditions: ['@threadline/source', ...conditions],
    platform: 'neutral',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

const text = (value: string) => JSON.stringify(value)
const bindings = {
  THREADLINE_HOST,
  THREADLINE_KEY,
  THREADLINE_PUBLIC_KEY,
  PAGE_SCRIPT: await bundle('web.ts', ['browser']),
}

const folder = await mkdtemp(join(here, '.workerd-'))
await writeFile(join(folder, 'worker.mjs'), await bundle(entry, ['workerd', 'worker']))
await writeFile(
  join(folder, 'config.capnp'),
  `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed "worker.mjs")],
      compatibilityDate = "2026-01-01",
      bindings = [${Object.entries(bindings)
        .map(([name, value]) => `(name = "${name}", text = ${text(value)})`)
        .join(', ')}],
      globalOutbound = "internet",
    )),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${PORT}", http = (), service = "main")],
);
`,
)

const workerd = spawn(
  join(here, 'node_modules/.bin/workerd'),
  ['serve', join(folder, 'config.capnp'), '--control-fd=3'],
  { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] },
)
workerd.stdio[3]?.on('data', (line: Buffer) => {
  const { event, port } = JSON.parse(line.toString())
  if (event === 'listen') console.log(`listening on http://localhost:${port}`)
})
process.once('SIGTERM', () => workerd.kill('SIGTERM'))
workerd.once('close', () => rm(folder, { recursive: true }))
