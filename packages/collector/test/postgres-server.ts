import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { limitFileSize } from './file-size-limit.ts'

const run = promisify(execFile)

/** PostgreSQL refuses to run as root; then its processes run as `nobody`. */
const NOBODY = 65_534
const asUser = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

/** A real PostgreSQL of this machine in a folder of its own, for tests. */
export interface PostgresServer {
  /** Where its files are. */
  readonly dataFolder: string
  /** Makes a database and gives its URL: an empty one, or a copy of the one at `template`, which nobody may be connected to. */
  createDatabase(template?: string): Promise<string>
  /** Ends every connection to a database and removes it. */
  dropDatabase(databaseUrl: string): Promise<void>
  /** Runs statements in a database as its superuser. */
  run(databaseUrl: string, text: string): Promise<void>
  /** SIGKILL to the server and every backend, as a power cut would end them. */
  kill(): Promise<void>
  /** Stops the server and every backend where they are, as a machine does that hangs. They keep their connections. */
  freeze(): void
  thaw(): void
  /** Limits each of its processes. Above 16 MB, the size of its log's files, only tables meet the limit. */
  limitFileSize(bytes: number | 'unlimited'): void
  /** Starts it again on the same folder and port. */
  start(): Promise<void>
  /** Stops it and removes the folder. */
  stop(): Promise<void>
}

/** The folder with `initdb` and `postgres`; undefined where PostgreSQL is not installed. */
export function findPostgres(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...pathFolders()]
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

/**
 * Why PostgreSQL tests do not run here, or undefined when they do. In CI a missing server is a failure, so there they
 * run and fail.
 */
export function postgresMissing(): string | undefined {
  if (findPostgres() || process.env['CI'] === 'true') return undefined
  return 'PostgreSQL is not installed here'
}

export interface PostgresOptions {
  /**
   * Whether commits reach the disk, as in production. Without, a commit waits for no disk, which is for tests that neither
   * kill the server nor fill its disk nor depend on what a commit waits for.
   *
   * @defaultValue true
   */
  readonly durable?: boolean
}

const NOT_DURABLE = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'].flatMap((setting) => [
  '-c',
  setting,
])

/** A file of tests may hold dozens of stores at once, each with pools of its own. */
const ROOM = ['-c', 'max_connections=400']

const PORTS_TRIED = 5

/** Initialises and starts a server on a free port. */
export async function startPostgres({ durable = true }: PostgresOptions = {}): Promise<PostgresServer> {
  const bin = findPostgres()
  if (!bin) throw new Error('PostgreSQL is not installed: apt-get install postgresql')
  const folder = mkdtempSync(join(tmpdir(), 'threadline-pg-'))
  if (asUser.uid !== undefined) chownSync(folder, asUser.uid, asUser.gid)
  const data = join(folder, 'data')
  // Without its own fsync: a machine that loses power now has no test to go on with.
  const cluster = ['-D', data, '-U', 'tester', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  await run(join(bin, 'initdb'), cluster, { ...asUser, cwd: folder })
  let port = await freePort()
  const url = (database: string) => `postgres://tester@127.0.0.1:${port}/${database}`
  let server: ChildProcess | undefined
  let databases = 0

  async function start(): Promise<void> {
    const where = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', folder, ...ROOM]
    const args = durable ? where : [...where, ...NOT_DURABLE]
    const child = spawn(join(bin ?? '', 'postgres'), args, { ...asUser, cwd: folder, stdio: 'ignore', detached: true })
    server = child
    const ended = once(child, 'exit').then(() => {
      throw new Error(`postgres ended with ${child.exitCode ?? child.signalCode}`)
    })
    ended.catch(() => undefined)
    await Promise.race([answering(url('postgres')), ended])
  }

  async function end(kill: (child: ChildProcess) => void): Promise<void> {
    const child = server
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    kill(child)
    await exited
  }

  await startOnFreePort()

  /** Somebody else may take the port before the server does. */
  async function startOnFreePort(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await start()
        return
      } catch (error) {
        if (attempt === PORTS_TRIED) throw error
        port = await freePort()
      }
    }
  }

  return {
    dataFolder: data,
    async createDatabase(template) {
      databases += 1
      const name = `test_${databases}`
      const client = await connect(url('postgres'))
      // A language, as most databases have one: in its order "adam" comes before "Zoe", in that of bytes after.
      const empty = `template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'`
      const source = template === undefined ? empty : nameOf(template)
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${source}`)
      await client.end()
      return url(name)
    },
    async dropDatabase(databaseUrl) {
      const client = await connect(url('postgres'))
      await client.query(`DROP DATABASE ${nameOf(databaseUrl)} WITH (FORCE)`)
      await client.end()
    },
    async run(databaseUrl, text) {
      const client = await connect(databaseUrl)
      await client.query(text)
      await client.end()
    },
    freeze: () => signalAll(server, 'SIGSTOP'),
    thaw: () => signalAll(server, 'SIGCONT'),
    limitFileSize(bytes) {
      for (const pid of processesOf(server)) limitFileSize(pid, bytes, asUser)
    },
    kill: () => end((child) => process.kill(-Number(child.pid), 'SIGKILL')),
    start,
    async stop() {
      await end((child) => child.kill('SIGQUIT'))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A table that is locked: whoever reads or writes it waits. */
export interface HeldTable {
  /** How many wait for it now. */
  waiting(): Promise<number>
  release(): Promise<void>
}

/** Locks a table of a database in a transaction of its own. */
export async function holdTable(url: string, table: string): Promise<HeldTable> {
  const client = await connect(url)
  await client.query('BEGIN')
  await client.query(`LOCK TABLE ${table}`)
  return {
    async waiting() {
      const waits = await client.query('SELECT 1 FROM pg_locks WHERE relation = $1::regclass AND NOT granted', [table])
      return waits.rowCount ?? 0
    },
    async release() {
      await client.query('ROLLBACK')
      await client.end()
    },
  }
}

function signalAll(server: ChildProcess | undefined, signal: NodeJS.Signals): void {
  for (const pid of processesOf(server)) process.kill(pid, signal)
}

/** The server and its backends, each of which leads a process group of its own. */
function processesOf(server: ChildProcess | undefined): number[] {
  const own = Number(server?.pid)
  const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === own)
  return [own, ...others.map(Number)]
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    // It has ended meanwhile.
    return undefined
  }
}

async function answering(url: string): Promise<void> {
  const deadline = Date.now() + 60_000
  for (;;) {
    try {
      const client = await connect(url)
      return await client.end()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  return client
}

const nameOf = (databaseUrl: string): string => new URL(databaseUrl).pathname.slice(1)

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

function pathFolders(): string[] {
  return (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
}
