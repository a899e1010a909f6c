import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollector } from '@threadline/collector'
import { createServerClient, type ServerClient } from '@threadline/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../../scripts/lib/packages.ts'

// Every mistake of the page's first table is made, with a real client and a real collector, and what is said is compared.

const KEY = 'sk_mistakes_e2e_000001'
const USER = { userId: 'user_42' }

let told: ReadonlyMap<string, string>
let collector: Awaited<ReturnType<typeof startCollector>>
let website: Server
let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'threadline-mistakes-'))
  collector = await startCollector({ port: 0, dataDir, keys: [{ key: KEY }] })
  website = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Home</title>')
  })
  await new Promise<void>((resolve) => website.listen(0, '127.0.0.1', resolve))
  const [page = ''] = (await readFile(join(root, 'docs/mistakes.md'), 'utf8')).split('## In the browser')
  told = new Map(
    [...page.matchAll(/^\| ([^|`]+) \| `(.*)` \|$/gm)].map(([, mistake = '', says = '']) => [mistake, says]),
  )
})
afterAll(async () => {
  await collector?.close()
  await new Promise((resolve) => website.close(resolve))
  await rm(dataDir, { recursive: true, force: true })
})

const websiteUrl = () => `http://127.0.0.1:${(website.address() as AddressInfo).port}`

/** What a program of JavaScript hears: what is thrown at it, and what `onError` is told. */
async function heard(options: object, use: (client: ServerClient) => void): Promise<string[]> {
  const errors: string[] = []
  const tell = ({ code, message }: { code: string; message: string }) => errors.push(`${code}: ${message}`)
  try {
    const client = createServerClient({ key: KEY, host: collector.url, onError: tell, ...options })
    use(client)
    await client.flush({ timeoutMs: 60_000 }).catch(() => undefined)
    await client.shutdown({ timeoutMs: 1 })
  } catch (error) {
    tell(error as { code: string; message: string })
  }
  return errors
}

const capture = (input: object) => (client: ServerClient) => Reflect.apply(client.capture, client, [input])
const anything = capture({ event: 'plan_viewed', ...USER })
const self: { self?: unknown } = {}
self.self = self

const MISTAKES: { readonly [mistake: string]: () => Promise<string[]> } = {
  'no key, or a variable that is not set': () => heard({ key: undefined }, anything),
  'a key of another collector': () => heard({ key: 'sk_mistakes_e2e_999999' }, anything),
  'a key that reads': () => heard({ key: 'rk_mistakes_e2e_000001' }, anything),
  'a host without a scheme': () => heard({ host: 'events.example.com' }, anything),
  'a host with a path': () => heard({ host: `${collector.url}/v1/batch` }, anything),
  'a path in place of a host': () => heard({ host: '/t' }, anything),
  'a collector that is down': () =>
    heard({ host: 'http://127.0.0.1:1' }, (client) => {
      anything(client)
      void client.shutdown({ timeoutMs: 2_000 })
    }),
  'a host that is a website': () => heard({ host: websiteUrl() }, anything),
  'an amount with decimals': () => heard({}, capture({ event: 'purchase', ...USER, value: 49.9, currency: 'EUR' })),
  'an amount without a currency': () => heard({}, capture({ event: 'plan_chosen', ...USER, value: 4990 })),
  'a payment without an amount': () => heard({}, capture({ event: 'purchase', ...USER })),
  'a sign for a currency': () => heard({}, capture({ event: 'purchase', ...USER, value: 4990, currency: '€' })),
  'a misspelt option': () => heard({ flushInterval: 500 }, anything),
  'text of a variable as a switch': () => heard({ gzip: 'false' }, anything),
  'nobody in the event': () => heard({}, capture({ event: 'plan_viewed' })),
  'an id that is none': () => heard({}, capture({ event: 'plan_viewed', userId: 'undefined' })),
  'the name under another field': () => heard({}, capture({ name: 'plan_viewed', ...USER })),
  'seconds for a timestamp': () => heard({}, capture({ event: 'plan_viewed', ...USER, timestamp: 1_769_851_800 })),
  'a circle in the properties': () => heard({}, capture({ event: 'plan_viewed', ...USER, properties: self })),
  'a promise in the properties': () =>
    heard({}, capture({ event: 'plan_viewed', ...USER, properties: { user: Promise.resolve() } })),
  'traits with an event': () => heard({}, capture({ event: 'plan_viewed', ...USER, traits: { plan: 'pro' } })),
  'a call after shutdown': () =>
    heard({}, (client) => {
      void client.shutdown()
      anything(client)
    }),
}

test('the page has no other mistakes, and no fewer', () => {
  expect([...told.keys()]).toEqual(Object.keys(MISTAKES))
})

test.each(Object.entries(MISTAKES))('%s', async (mistake, make) => {
  const said = (await make()).map((sentence) =>
    sentence.replaceAll(collector.url, '<host>').replaceAll(websiteUrl(), '<host>'),
  )
  expect(said[0]).toBe(told.get(mistake))
})
