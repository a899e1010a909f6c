import { expect, test } from 'vitest'
import { readOptions } from './options.ts'

test('an option wins over the environment, which wins over the default', () => {
  const env = { THREADLINE_COLLECTOR_PORT: '1', THREADLINE_SHOP_PORT: '2', THREADLINE_DATA_DIR: 'env' }
  expect(readOptions([], {})).toMatchObject({ collectorPort: 4318, shopPort: 4319, dataDir: undefined, seed: false })
  expect(readOptions([], env)).toMatchObject({ collectorPort: 1, shopPort: 2, dataDir: 'env' })
  expect(readOptions(['--', '--shop-port', '3', '--seed', '--peers'], env)).toMatchObject({
    shopPort: 3,
    seed: true,
    peers: true,
  })
})

test.each([['-1'], ['65536'], ['eighty'], ['']])('refuses the port %j by name', (text) => {
  expect(() => readOptions([`--shop-port=${text}`], {})).toThrow(/shop port .*0 to 65535/)
})

test('refuses what it does not know', () => {
  expect(() => readOptions(['--sed'], {})).toThrow(/--sed/)
})
