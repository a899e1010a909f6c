import { SERVER_KEY } from '../collector/keys.ts'
import type { Child } from '../story/child-process.ts'
import { jsonLines, startCli } from './cli.ts'

/** A `threadline collect` that listens. */
export interface Collect {
  readonly child: Child
  readonly url: string
  /** Where a client finds it, with a key that sends and reads. */
  readonly env: { readonly THREADLINE_HOST: string; readonly THREADLINE_KEY: string }
}

/** What a test gives the command besides the data folder and the key. */
export interface CollectSettings {
  /** @defaultValue 0: any free one */
  readonly port?: number
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

/** Starts a collector on `dataDir`; resolves when it listens. */
export async function startCollect(
  dataDir: string,
  { port = 0, args = [], env = {} }: CollectSettings = {},
): Promise<Collect> {
  const command = ['collect', '--json', '--port', String(port), '--data-dir', dataDir, ...args]
  const child = startCli(command, { THREADLINE_KEYS: SERVER_KEY, ...env })
  await child.printed(/"type":"listening".*\n/)
  const [listening] = jsonLines<{ url: string }>(child.output())
  const url = listening?.url ?? ''
  return { child, url, env: { THREADLINE_HOST: url, THREADLINE_KEY: SERVER_KEY } }
}
