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
  /** Makes an empty database and gives its URL. */
  createDatabase(): Promise<string>
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

/** Initialises and starts a server with the durability of production: fsync and synchronous_commit on. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = findPostgres()
  if (!bin) throw new Error('PostgreSQL is not installed: apt-get install postgresql')
  const folder = mkdtempSync(join(tmpdir(), 'threadline-pg-'))
  if (asUser.uid !== undefined) chownSync(folder, asUser.uid, asUser.gid)
  const data = join(folder, 'data')
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'tester', '-A', 'trust', '-E', 'UTF8', '--locale=C'], {
    ...asUser,
    cwd: folder,
  })
  const port = await freePort()
  const url = (database: string) => `postgres://tester@127.0.0.1:${port}/${database}`
  let server: ChildProcess | undefined
  let databases = 0

  async function start(): Promise<void> {
    const args = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', folder]
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

  await start()
  return {
    dataFolder: data,
    async createDatabase() {
      databases += 1
      const name = `test_${databases}`
      const client = await connect(url('postgres'))
      // A language, as most databases have one: in its order "adam" comes before "Zoe", in that of bytes after.
      await client.query(`CREATE DATABASE ${name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'`)
      await client.end()
      return url(name)
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
  const deadline = Date.now() + 30_000
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
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 })
  await client.connect()
  return client
}

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
