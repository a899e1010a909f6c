import { type Command, Option } from 'commander'
import { createKey } from '../create-key.ts'
import type { KeyKind } from '../keys.ts'
import { openStore } from '../store/open-store.ts'
import type { Store, StoredKey } from '../store/store.ts'
import type { CliContext, StoreOptions } from './program.ts'

interface KeyCommandsOptions {
  readonly context: CliContext
  readonly withStore: (command: Command) => Command
}

interface CreateOptions extends StoreOptions {
  readonly kind: KeyKind
  readonly project: string
  readonly name: string
  readonly origin: readonly string[]
  readonly json: boolean
}

/** `threadline keys create | list | revoke`. With the embedded database, only while no collector has it open. */
export function addKeyCommands(program: Command, { context: { write }, withStore }: KeyCommandsOptions): void {
  const keys = program.command('keys').description('make, list and revoke keys')
  const command = (name: string, description: string) =>
    withStore(keys.command(name).description(description)).option('--json', 'output for machines', false)

  command('create', 'make a key and show it, this once')
    .addOption(new Option('--kind <kind>', 'what it may do').choices(['pk', 'sk', 'rk']).makeOptionMandatory())
    .option('--project <project>', 'whose events', 'default')
    .option('--name <text>', 'what it is for', '')
    .option('--origin <origin...>', 'where a pk_ key may be used; anywhere unless given', [])
    .action(({ kind, project, name, origin, json, ...where }: CreateOptions) =>
      withOpenStore(where, async (store) => {
        const made = await createKey(store, { kind, project, name, origins: origin })
        write(json ? JSON.stringify(made) : `${made.key}\nKeep it: it cannot be shown again. Its id is ${made.id}.`)
      }),
    )

  command('list', 'list keys by their ids; the keys themselves are not stored').action(
    ({ json, ...where }: StoreOptions & { readonly json: boolean }) =>
      withOpenStore(where, async (store) => {
        for (const { hash: _, ...key } of await store.keys()) write(json ? JSON.stringify(key) : describe(key))
      }),
  )

  command('revoke <id>', 'end a key; running collectors refuse it within seconds').action(
    (id: string, where: StoreOptions) =>
      withOpenStore(where, async (store) => {
        if (!(await store.revokeKey(id, Date.now()))) throw new Error(`no key in use has the id ${id}`)
        write(`revoked ${id}`)
      }),
  )
}

async function withOpenStore(
  { dataDir, databaseUrl }: StoreOptions,
  work: (store: Store) => Promise<void>,
): Promise<void> {
  const store = await openStore(databaseUrl === undefined ? { dataDir } : { databaseUrl })
  try {
    await work(store)
  } finally {
    await store.close()
  }
}

function describe({ id, kind, project, name, createdAt, revokedAt }: Omit<StoredKey, 'hash'>): string {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  const state = revokedAt === null ? '' : `  revoked ${day(revokedAt)}`
  return `${id}  ${kind}  ${project}  ${day(createdAt)}  ${name}${state}`
}
