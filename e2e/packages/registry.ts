import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import getPort from 'get-port'
import type { PackedPackage } from '../../scripts/lib/pack.ts'

/** An npm registry on this machine that has our packages, and asks the machine's own for all others. */
export interface Registry {
  /** Makes npm, npx and pnpm use it. */
  readonly env: NodeJS.ProcessEnv
  /** Uploads a package, as a release does. @throws When it is refused, also because it is there already. */
  publish(packed: PackedPackage): Promise<void>
  close(): Promise<void>
}

/** Starts it with everything it keeps in `folder`; resolves when it answers. */
export async function startRegistry(folder: string): Promise<Registry> {
  const authorities = npmConfig('cafile')
  const port = await getPort()
  const url = `http://127.0.0.1:${port}/`
  mkdirSync(folder, { recursive: true })
  // JSON is YAML. `@threadline` has no uplink: what is found there was published here.
  const config = {
    storage: join(folder, 'storage'),
    auth: {},
    uplinks: { upstream: { url: npmConfig('registry') } },
    packages: {
      '@threadline/*': { access: '$all', publish: '$all', unpublish: '$all' },
      '**': { access: '$all', proxy: 'upstream' },
    },
    max_body_size: '100mb',
    log: { type: 'stdout', format: 'json', level: 'warn' },
  }
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config))
  const server = execa(process.execPath, [verdaccio(), '--config', 'config.yaml', '--listen', url], {
    cwd: folder,
    reject: false,
    ipc: true,
    // What npm trusts on this machine, Node need not.
    env: authorities === 'null' ? {} : { NODE_EXTRA_CA_CERTS: authorities },
  })
  // It says `verdaccio_started` once it listens, to a process that it can tell.
  await server.getOneMessage()

  // npm does not upload without a token, whatever the registry asks for.
  const npmrc = join(folder, 'npmrc')
  writeFileSync(npmrc, `registry=${url}\n//127.0.0.1:${port}/:_authToken=rehearsal\n`)
  const env = {
    npm_config_userconfig: npmrc,
    npm_config_registry: url,
    npm_config_cache: join(folder, 'cache'),
    // A test's own would reach the apps: Next reads no .env.local then.
    NODE_ENV: undefined,
  }
  return {
    env,
    async publish({ tarball }) {
      await execa('npm', ['publish', tarball, '--access', 'public'], { env, cwd: folder })
    },
    async close() {
      server.kill('SIGKILL')
      await server
    },
  }
}

function npmConfig(name: string): string {
  return execFileSync('npm', ['config', 'get', name], { encoding: 'utf8' }).trim()
}

function verdaccio(): string {
  return join(dirname(createRequire(import.meta.url).resolve('verdaccio/package.json')), 'bin/verdaccio')
}
