import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { usageError } from './cli-error.ts'
import type { Output } from './output.ts'

const DEFAULT_HOST = 'http://127.0.0.1:4318'

const KEY = /^(pk|sk|rk)_[\w-]{4,200}$/

/** The options of commands that speak to a running collector. */
export interface ConnectionOptions {
  readonly host?: string
  readonly key?: string
  readonly keyFile?: string
}

/** Which collector, and with which key. */
export interface Connection {
  /** Origin, without a slash at its end. */
  readonly host: string
  readonly key: string
}

/** Adds `--host`, `--key-file` and `--key`. */
export function addConnectionOptions(command: Command): Command {
  return command
    .option('--host <origin>', `the collector's origin (THREADLINE_HOST, default ${DEFAULT_HOST})`)
    .option('--key-file <file>', 'read the key from this file (else THREADLINE_KEY)')
    .option('--key <key>', 'the key itself; other users of this machine can see it')
}

/**
 * Finds out where to connect: arguments first, then the environment.
 *
 * @throws CliError `usage` when the host is no origin, or there is no key. Messages never repeat a key.
 */
export async function readConnection(
  options: ConnectionOptions,
  env: NodeJS.ProcessEnv,
  output: Output,
): Promise<Connection> {
  return {
    host: readHost(options.host ?? env['THREADLINE_HOST'] ?? DEFAULT_HOST),
    key: await readKey(options, env, output),
  }
}

function readHost(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw usageError('--host is an origin such as https://events.example.com')
  }
  return url.href.replace(/\/+$/, '')
}

async function readKey({ key, keyFile }: ConnectionOptions, env: NodeJS.ProcessEnv, output: Output): Promise<string> {
  if (key !== undefined) {
    output.warn('--key shows the key to other users of this machine and to the shell history; use --key-file')
  }
  const found = key ?? (keyFile === undefined ? env['THREADLINE_KEY'] : await readKeyFile(keyFile))
  if (found === undefined) throw usageError('a key is needed: set THREADLINE_KEY, or give --key-file')
  const trimmed = found.trim()
  if (!KEY.test(trimmed)) throw usageError('the key is not a Threadline key: pk_…, sk_… or rk_…')
  return trimmed
}

async function readKeyFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw usageError(`cannot read the key file: ${reasonOf(error)}`, { cause: error })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
