import { createKey, type KeyKind, type Store, type StoredKey } from '@threadline/collector'
import { type Command, Option } from 'commander'
import { usageError } from '../cli-error.ts'
import type { Output } from '../output.ts'
import { printable } from '../printable.ts'
import { addStoreOptions, type StoreOptions, storeLocation, withStore } from '../store-options.ts'
import { collected } from './arguments.ts'
import { addJsonOption, type Context, outputFor } from './context.ts'

interface KeysOptions extends StoreOptions {
  readonly json?: boolean
}

interface CreateOptions extends KeysOptions {
  readonly kind: KeyKind
  readonly project?: string
  readonly name?: string
  readonly origin?: readonly string[]
}

interface RotateOptions extends KeysOptions {
  readonly revoke?: boolean
}

/** What a browser sends as `Origin`, with `*` for whole labels. Anything else would never match. */
const ORIGIN = /^https?:\/\/[\w*.-]+(:\d+)?$/

/** `threadline keys create | list | revoke | rotate`, on the store itself. */
export function addKeysCommand(program: Command, context: Context): void {
  const keys = program.command('keys').description('Make, list, end and replace the keys in a store.')

  const create = keys
    .command('create')
    .description('Make a key and show it, this once.')
    .addOption(
      new Option('--kind <kind>', 'pk: browsers send. sk: servers send and read. rk: read only. mk: metrics only.')
        .choices(['pk', 'sk', 'rk', 'mk'])
        .makeOptionMandatory(),
    )
    .option('--project <project>', 'events of different projects never meet (default: default)')
    .option('--name <name>', 'what it is for, for people')
    .option('--origin <origin>', 'where a pk_ key may be used, such as https://*.example.com; repeat it', collected)
  withCommonOptions(create).action(async (options: CreateOptions) => {
    const { kind, project, name, origin = [] } = options
    if (origin.length > 0 && kind !== 'pk') throw usageError('--origin is for pk_ keys: only browsers send an origin')
    const wrong = origin.find((one) => !ORIGIN.test(one))
    if (wrong !== undefined) throw usageError(`${wrong} is no origin: https://example.com, without a path or a slash`)
    const output = outputFor(context, options)
    await withStore(await storeLocation(options, context.env), { create: true }, (store) =>
      make(store, output, {
        kind,
        origins: origin,
        ...(project !== undefined && { project }),
        ...(name !== undefined && { name }),
      }),
    )
  })

  withCommonOptions(keys.command('list').description('List the keys; only their owners know what they are.')).action(
    async (options: KeysOptions) => {
      const output = outputFor(context, options)
      const found = await withStore(await storeLocation(options, context.env), { create: false }, (store) =>
        store.keys(),
      )
      for (const key of found) await output.result(...describe(key))
      if (found.length === 0) output.note('There is no key in this store.')
    },
  )

  withCommonOptions(keys.command('revoke <id>').description('End a key; collectors refuse it within seconds.')).action(
    async (id: string, options: KeysOptions) => {
      const output = outputFor(context, options)
      await withStore(await storeLocation(options, context.env), { create: false }, async (store) => {
        await find(store, id)
        await revoke(store, output, id)
      })
    },
  )

  const rotate = keys
    .command('rotate <id>')
    .description('Make a key like another one, which stays valid until it is revoked.')
    .option('--revoke', 'end the old key at once')
  withCommonOptions(rotate).action(async (id: string, options: RotateOptions) => {
    const output = outputFor(context, options)
    await withStore(await storeLocation(options, context.env), { create: false }, async (store) => {
      const { kind, project, name, origins } = await find(store, id)
      await make(store, output, { kind, project, name, origins })
      if (options.revoke) await revoke(store, output, id)
      else output.note(`When all senders have it: threadline keys revoke ${id}`)
    })
  })
}

function withCommonOptions(command: Command): Command {
  return addJsonOption(addStoreOptions(command))
}

async function make(store: Store, output: Output, options: Parameters<typeof createKey>[1]): Promise<void> {
  let created: Awaited<ReturnType<typeof createKey>>
  try {
    created = await createKey(store, options)
  } catch (error) {
    if (error instanceof TypeError) throw usageError(error.message, { cause: error })
    throw error
  }
  const { id, key } = created
  const { kind, project = 'default' } = options
  await output.result({ type: 'key_created', id, kind, project, key }, key)
  output.note(`This is the only time it is shown. Its id is ${id}.`)
}

/** @throws CliError `usage` when there is no such key, or it was revoked. */
async function find(store: Store, id: string): Promise<StoredKey> {
  const key = (await store.keys()).find((one) => one.id === id)
  if (!key) throw usageError(`there is no key with the id ${printable(id)}: see threadline keys list`)
  if (key.revokedAt !== null) throw usageError(`the key ${id} was revoked on ${toDate(key.revokedAt)}`)
  return key
}

async function revoke(store: Store, output: Output, id: string): Promise<void> {
  await store.revokeKey(id, Date.now())
  await output.result({ type: 'key_revoked', id }, `${id} is revoked.`)
}

function describe({ id, kind, project, name, origins, createdAt, revokedAt }: StoredKey): Parameters<Output['result']> {
  const created = new Date(createdAt).toISOString()
  const revoked = revokedAt === null ? null : new Date(revokedAt).toISOString()
  const words = [
    id,
    kind,
    project,
    name,
    origins.join(' '),
    `made ${toDate(createdAt)}`,
    revokedAt === null ? '' : `revoked ${toDate(revokedAt)}`,
  ]
  return [
    { type: 'key', id, kind, project, name, origins, createdAt: created, revokedAt: revoked },
    words
      .filter((word) => word !== '')
      .map(printable)
      .join('  '),
  ]
}

function toDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
