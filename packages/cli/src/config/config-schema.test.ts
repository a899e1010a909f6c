import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { CONFIG_SCHEMA, configJsonSchema } from './config-schema.ts'

const published: object = JSON.parse(readFileSync(new URL('../../config.schema.json', import.meta.url), 'utf8'))

test('config.schema.json is what the code says (pnpm --filter @threadline/cli run generate)', () => {
  expect(published).toEqual(configJsonSchema())
})

const isValid = new Ajv2020({ strictRequired: false }).compile(published)

test.each([
  [{}, true],
  [{ $schema: './config.schema.json', port: 0, host: '::1', trustedProxies: 0, loginLink: true }, true],
  [{ databaseUrl: 'postgresql://db.example/events', citus: true, createKeys: false }, true],
  [{ dataDir: 'events', retentionDays: 1, projectRetentionDays: { shop: 30 } }, true],
  [{ keys: [{ key: 'pk_website', project: 'shop', origins: ['https://example.com'] }] }, true],
  [{ keys: [{ key: ' pk_website\n', origins: ['https://*.example.com', 'capacitor://localhost'] }] }, true],
  [{ keys: [{ key: 'website' }] }, false],
  [{ keys: [{ key: 'pk_website', origins: ['example.com'] }] }, false],
  [{ keys: [{ key: 'pk_website', origins: ['https://example.com/'] }] }, false],
  [{ keys: [{ key: 'pk_website', project: 'a b' }] }, false],
  [{ dialects: { segment: [{ writeKey: 'wk_example', origins: ['example.com'] }] } }, false],
  [{ dialects: { analyse: [{ publicKey: 'pk_live_example' }] } }, true],
  [{ alerts: {} }, true],
  [{ alerts: { url: 'https://ops.example/', secret: `whsec_${'A'.repeat(43)}=`, errorPercent: false } }, true],
  [{ alerts: { diskFreeBytes: 0, projects: { shop: { trafficDropPercent: 50 } } } }, true],
  [{ alerts: { url: 'ftp://ops.example/' } }, false],
  [{ alerts: { secret: 'secret' } }, false],
  [{ alerts: { trafficDropPercent: 100 } }, false],
  [{ alerts: { errorPercent: true } }, false],
  [{ alerts: { projects: { shop: { diskFreeBytes: 1 } } } }, false],
  [{ forward: [{ to: 'posthog', options: { key: { env: 'POSTHOG_KEY' } } }] }, true],
  [
    { forward: [{ to: 'ga4', options: { measurementId: 'G-1', apiSecret: 'x' }, name: 'google', from: '2026-01-31' }] },
    true,
  ],
  [{ forward: [{ to: 'ga4', options: { measurementId: 'G-1' } }] }, false],
  [{ forward: [{ to: 'nowhere', options: {} }] }, false],
  [{ forward: [{ to: 'posthog', options: { key: { env: 'NO VARIABLE' } } }] }, false],
  [{ forward: [{ to: 'posthog', options: { key: 'phc_1' }, from: 'yesterday' }] }, false],
  [{ forward: [{ to: 'posthog', options: { key: 'phc_1' }, events: [] }] }, false],
  [{ port: '4318' }, false],
  [{ port: 65_536 }, false],
  [{ trustedProxies: -1 }, false],
  [{ retentionDays: 0.5 }, false],
  [{ retentionDays: 0 }, false],
  [{ projectRetentionDays: { 'a b': 30 } }, false],
  [{ databaseUrl: 'mysql://db.example/events' }, false],
  [{ databaseUrl: 'postgres://db.example/events', dataDir: 'events' }, false],
  [{ citus: true }, false],
  [{ keys: [{ project: 'shop' }] }, false],
  [{ dialects: { analyse: [{}] } }, false],
  [{ acceptDataLoss: true }, false],
  [[], false],
])('editors and the command agree on %j: %s', (value, expected) => {
  expect([isValid(value), CONFIG_SCHEMA.safeParse(value).success]).toEqual([expected, expected])
})
