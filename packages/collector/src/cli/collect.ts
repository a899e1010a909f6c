import { createKey } from '../create-key.ts'
import type { KeyKind } from '../keys.ts'
import { type StartedCollector, startCollector } from '../start-collector.ts'
import type { CliContext, StoreOptions } from './program.ts'

interface CollectOptions extends StoreOptions {
  readonly port?: number
  readonly host: string
  readonly retentionDays?: number
  readonly json: boolean
}

const KINDS: readonly { readonly kind: KeyKind; readonly purpose: string }[] = [
  { kind: 'pk', purpose: 'browsers' },
  { kind: 'sk', purpose: 'servers' },
  { kind: 'rk', purpose: 'reading' },
]

/** Serves a collector until it is stopped. A store without keys gets one of each kind, shown this once. */
export async function collect(options: CollectOptions, { write, stopped }: CliContext): Promise<void> {
  const { dataDir, databaseUrl, port, host, retentionDays, json } = options
  const collector = await startCollector({
    host,
    ...(port !== undefined && { port }),
    ...(retentionDays !== undefined && { retentionDays }),
    ...(databaseUrl === undefined ? { dataDir } : { databaseUrl }),
    log: (entry) => write(json ? JSON.stringify(entry) : `${entry.level}: ${entry.message}`),
  })
  const stop = stopped()
  const keys = await firstKeys(collector)
  const page = collector.loginUrl()
  if (json) write(JSON.stringify({ url: collector.url, page, keys }))
  else for (const line of describe(collector.url, page, keys)) write(line)
  await stop
  await collector.close()
}

type Keys = { readonly [Kind in KeyKind]?: string }

async function firstKeys({ store }: StartedCollector): Promise<Keys> {
  if ((await store.keys()).length > 0) return {}
  const made: { [Kind in KeyKind]?: string } = {}
  for (const { kind, purpose } of KINDS) {
    const { key } = await createKey(store, { kind, name: `first key for ${purpose}` })
    made[kind] = key
  }
  return made
}

function describe(url: string, page: string, keys: Keys): string[] {
  const lines = KINDS.flatMap(({ kind, purpose }) => (keys[kind] ? [`  for ${purpose}: ${keys[kind]}`] : []))
  return [
    `Collecting at ${url}`,
    `Live page, by a link that works once: ${page}`,
    ...(lines.length > 0 ? ['Keys, shown only this once:', ...lines] : []),
  ]
}
