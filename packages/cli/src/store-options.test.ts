import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Config } from './config/config-schema.ts'
import { configuredStore, type StoreOptions, storeLocation } from './store-options.ts'

interface Settings {
  readonly options?: StoreOptions
  readonly config?: Config
  readonly env?: NodeJS.ProcessEnv
}

const DATABASE_URL = 'postgres://db.example/events'
const OF_FILE = 'postgres://file.example/events'

test.each([
  ['nothing', {}, { dataDir: '.threadline' }],
  ['a database', { env: { DATABASE_URL } }, { databaseUrl: DATABASE_URL, citus: false }],
  ['a Citus', { env: { DATABASE_URL, THREADLINE_CITUS: '1' } }, { databaseUrl: DATABASE_URL, citus: true }],
  ['a folder, whatever the platform set', { options: { dataDir: 'here' }, env: { DATABASE_URL } }, { dataDir: 'here' }],
  [
    'the folder of a file, whatever the platform set',
    { config: { dataDir: 'there' }, env: { DATABASE_URL } },
    { dataDir: 'there' },
  ],
  [
    'the database of a file',
    { config: { databaseUrl: OF_FILE }, env: { DATABASE_URL } },
    { databaseUrl: OF_FILE, citus: false },
  ],
  ['the Citus of a file', { config: { databaseUrl: OF_FILE, citus: true } }, { databaseUrl: OF_FILE, citus: true }],
  [
    'a folder, whatever the file says',
    { options: { dataDir: 'here' }, config: { databaseUrl: OF_FILE } },
    { dataDir: 'here' },
  ],
])('%s leads to its store', (_, { options = {}, config = {}, env = {} }: Settings, location) => {
  expect(configuredStore(options, config, env)).toEqual(location)
})

test('a folder in a file goes from the folder of the file, and an argument from here', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'threadline-config-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const config = join(folder, 'threadline.json')
  await writeFile(config, '{"dataDir":"./events"}')
  expect(await storeLocation({ config }, {})).toEqual({ dataDir: join(folder, 'events') })
  expect(await storeLocation({}, { THREADLINE_CONFIG: config })).toEqual({ dataDir: join(folder, 'events') })
  expect(await storeLocation({ config, dataDir: 'here' }, {})).toEqual({ dataDir: 'here' })
})
