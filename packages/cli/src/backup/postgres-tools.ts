import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { CliError, usageError } from '../cli-error.ts'

/** Parameters of a PostgreSQL URL that its tools take from the environment, where other users of the machine do not see them. */
const PARAMETERS: { readonly [parameter: string]: string } = { sslmode: 'PGSSLMODE', sslrootcert: 'PGSSLROOTCERT' }

/**
 * Dumps the whole database into `file`, in `pg_dump`'s own format: a snapshot of the moment it begins, taken while collectors
 * write.
 *
 * @throws CliError `usage` when pg_dump is not installed, `unavailable` when it fails.
 */
export async function dumpDatabase(databaseUrl: string, file: string, env: NodeJS.ProcessEnv): Promise<void> {
  await run('pg_dump', ['--format=custom', '--no-owner', '--no-privileges', `--file=${file}`], toEnv(databaseUrl, env))
}

/**
 * Restores a dump into an empty database, all of it or nothing.
 *
 * @throws CliError `usage` when pg_restore is not installed, `unavailable` when it fails.
 */
export async function restoreDatabase(databaseUrl: string, file: string, env: NodeJS.ProcessEnv): Promise<void> {
  const toolEnv = toEnv(databaseUrl, env)
  const name = toolEnv['PGDATABASE'] ?? ''
  await run('pg_restore', ['--no-owner', '--no-privileges', '--single-transaction', `--dbname=${name}`, file], toolEnv)
}

function toEnv(databaseUrl: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const url = new URL(databaseUrl)
  const settings: NodeJS.ProcessEnv = {
    PGHOST: url.hostname,
    PGPORT: url.port || '5432',
    PGDATABASE: decodeURIComponent(url.pathname.slice(1)),
    ...(url.username !== '' && { PGUSER: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { PGPASSWORD: decodeURIComponent(url.password) }),
  }
  for (const [parameter, name] of Object.entries(PARAMETERS)) {
    const value = url.searchParams.get(parameter)
    if (value !== null) settings[name] = value
  }
  return { ...env, ...settings }
}

async function run(tool: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(tool, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += String(chunk)
  })
  try {
    await once(child, 'close')
  } catch (cause) {
    throw usageError(`${tool} is not here: install PostgreSQL's client programs, or add them to PATH`, { cause })
  }
  if (child.exitCode !== 0) throw new CliError('unavailable', `${tool} failed: ${said.trim() || child.signalCode}`)
}
