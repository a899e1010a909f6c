import { readFileSync } from 'node:fs'
import type { TrackEvent } from '@threadline/schema'
import { expect, test } from 'vitest'
import type { BrowserConfig } from '../contract/config.ts'
import { configProblems } from './config-problems.ts'
import { deliveryProblem } from './delivery-problems.ts'
import { eventProblem } from './event-problems.ts'

// The page of likely mistakes has these sentences word for word. That they reach the console is shown in a real browser elsewhere.

const [, page = ''] = readFileSync(new URL('../../../../docs/mistakes.md', import.meta.url), 'utf8').split(
  '## In the browser',
)
const told = new Map(
  [...page.matchAll(/^\| ([^|`]+) \| `(.*)` \|$/gm)].map(([, mistake = '', says = '']) => [mistake, says]),
)

const place = { protocol: 'https:', hostname: 'shop.example.com' }
const config = (wrong: object): string[] =>
  configProblems({ key: 'pk_demo', host: '/t', ...wrong } as BrowserConfig, place)

const event = (wrong: Partial<TrackEvent>): string | undefined =>
  eventProblem({ eventId: 'e1', event: 'plan_chosen', timestamp: '2026-01-31T09:30:00.000Z', ...wrong })

type Judgement = Parameters<typeof deliveryProblem>[0]
const answer = (status: number, verdict: Judgement['verdict']): string | undefined =>
  deliveryProblem({ status, verdict }, { host: '/t', origin: 'https://shop.example.com' })

const MISTAKES: { readonly [mistake: string]: () => string | readonly string[] | undefined } = {
  'no key in the page': () => config({ key: undefined }),
  'a secret key in the page': () => config({ key: 'sk_live_1' }),
  'a reading key in the page': () => config({ key: 'rk_1' }),
  'a host without https://': () => config({ host: 'events.example.com' }),
  'http: from a page with https:': () => config({ host: 'http://events.example.com' }),
  'a misspelt option in the page': () => config({ flushInterval: 500 }),
  'no proxy route': () => answer(404, { kind: 'pause', reason: 'not_found', message: 'HTTP 404' }),
  'a catch-all page before the route': () => answer(200, { kind: 'pause', reason: 'not_found', message: 'no answer' }),
  'a static site in place of the route': () => answer(405, { kind: 'drop', reason: 'rejected', message: 'HTTP 405' }),
  'no CORS, an ad blocker, or nothing there': () => answer(0, { kind: 'retry', message: 'no answer' }),
  'a page that the key does not allow': () => answer(403, { kind: 'pause', reason: 'forbidden', message: 'HTTP 403' }),
  'an amount with decimals in the page': () => event({ value: 49.9, currency: 'EUR' }),
  'an amount without a currency in the page': () => event({ value: 4990 }),
  'money among the properties': () => event({ properties: { price: 49.9, currency: 'EUR' } }),
  'an event of the server in the page': () => event({ event: 'purchase', value: 4990, currency: 'EUR' }),
  'a name with spaces': () => event({ event: 'Plan chosen' }),
}

test('the page has no other mistakes, and no fewer', () => {
  expect([...told.keys()]).toEqual(Object.keys(MISTAKES))
})

test.each(Object.entries(MISTAKES))('%s', (mistake, make) => {
  expect([make()].flat()).toEqual([told.get(mistake)])
})
