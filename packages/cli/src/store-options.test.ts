import { expect, test } from 'vitest'
import { storeLocation } from './store-options.ts'

const DATABASE_URL = 'postgres://db.example/events'

test.each([
  ['nothing', {}, {}, { dataDir: '.threadline' }],
  ['a database', {}, { DATABASE_URL }, { databaseUrl: DATABASE_URL, citus: false }],
  ['a Citus', {}, { DATABASE_URL, THREADLINE_CITUS: '1' }, { databaseUrl: DATABASE_URL, citus: true }],
  ['a folder, whatever the platform set', { dataDir: 'here' }, { DATABASE_URL }, { dataDir: 'here' }],
])('%s leads to its store', (_, options, env, location) => {
  expect(storeLocation(options, env)).toEqual(location)
})
