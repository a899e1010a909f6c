import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { onBothDatabases } from '../test/both-databases.ts'
import { KEYS } from '../test/collector-setup.ts'
import { DIALECTS } from '../test/dialect-setup.ts'
import { trackEvent } from '../test/events.ts'
import type { LogEntry } from './log-entry.ts'

const NOW = Date.UTC(2026, 0, 31, 9, 30)
const HOUR_MS = 3_600_000

const cursor = (place: readonly unknown[]) => Buffer.from(JSON.stringify(place)).toString('base64url')
const WITH_NUL = cursor([1, 2, 'a\0b', 'c\0d', 3])

/** Status and code of a request whose path goes out as it stands: `fetch` would take `..` out of it. */
function rawGet(url: string, path: string, headers: { readonly [name: string]: string } = {}) {
  return new Promise<readonly [status: number | undefined, code: string]>((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const all = { authorization: `Bearer ${KEYS.reader}`, ...headers }
    request({ hostname, port, path, headers: all }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve([response.statusCode, JSON.parse(text).error?.code]))
    })
      .on('error', reject)
      .end()
  })
}

const REFUSED = [400, 'invalid_request']

describe('odd requests are refused by a code', { timeout: 30_000 }, () => {
  onBothDatabases(({ start }) => {
    test('NUL in whatever is asked for', async () => {
      const { url, post, send } = await start()
      await send(KEYS.server, [trackEvent({ userId: 'user_42' })])
      for (const path of [
        '/v1/people/%00',
        '/v1/people/user%0042/timeline',
        '/v1/people/%00/export',
        '/v1/groups/%00',
        '/v1/people?search=%00',
        '/v1/people?filter=page:%00',
        '/v1/events?goal=%00',
        `/v1/events?before=${WITH_NUL}`,
        '/v1/names?id=%00',
        '/v1/reports/funnel?steps=a,%00',
        `/v1/people/user_42/timeline?before=${WITH_NUL}`,
      ]) {
        expect(await rawGet(url, path), path).toEqual(REFUSED)
      }
      expect(await rawGet(url, '/v1/live', { 'last-event-id': WITH_NUL })).toEqual(REFUSED)
      expect((await post('/v1/people/%00/forget', {})).status).toBe(400)
      expect((await post('/v1/forget', { user_id: 'a\0b' })).status).toBe(400)
    })

    test('an id that nobody can have refuses the list to erase before anybody of it is erased', async () => {
      const lines: LogEntry[] = []
      const { post, read, send } = await start({ log: (line) => lines.push(line) })
      await send(KEYS.server, [trackEvent({ userId: 'user_42' })])
      for (const id of ['a\0b', '\ud800', 'user_42\udfff']) {
        expect([id, (await post('/v1/erasures', { ids: ['user_42', id] })).status]).toEqual([id, 400])
      }
      expect(await read('/v1/people/user_42')).toMatchObject({ events: 1 })
      expect(lines.filter(({ level }) => level === 'error')).toEqual([])
    })

    test('a person called . or .., which are refused as ids, too', async () => {
      const { url, send } = await start()
      for (const path of [
        '/v1/people/..',
        '/v1/people/%2e%2e',
        '/v1/people/..%2f..',
        '/v1/people/.',
        '/v1/groups/..',
      ]) {
        const [status] = await rawGet(url, path)
        expect([path, status === 400 || status === 404]).toEqual([path, true])
      }
      const dots = trackEvent({ userId: '..' })
      expect(await send(KEYS.server, [dots])).toMatchObject({
        answer: { stored: 0, invalid: [{ code: 'invalid_id' }] },
      })
    })

    test('a part of an hour is one', async () => {
      const { send, read } = await start({ now: () => NOW })
      const step = (event: string, agoMs: number) =>
        trackEvent({ event, userId: 'user_42', timestamp: new Date(NOW - agoMs).toISOString() })
      await send(KEYS.server, [step('a', 2 * HOUR_MS), step('b', 2 * HOUR_MS - 1.05 * HOUR_MS)])
      const through = async (windowHours: number) =>
        (await read(`/v1/reports/funnel?steps=a,b&windowHours=${windowHours}`)).steps.at(-1)?.people
      expect([await through(1), await through(1.1), await through(1.01)]).toEqual([0, 1, 0])
    })

    test('100,000 levels, in every service’s language', async () => {
      const { url, read } = await start({ dialects: DIALECTS })
      const deep = `${'{"a":['.repeat(50_000)}1${']}'.repeat(50_000)}`
      const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
      const requests: [path: string, headers: { readonly [name: string]: string }, body: string][] = [
        ['/v1/track', bearer(KEYS.server), `{"event":"a","anonymous_id":"visitor-1","properties":${deep}}`],
        ['/v1/identify', bearer(KEYS.server), `{"user_id":"user_42","anonymous_id":"visitor-1","traits":${deep}}`],
        ['/v1/batch', bearer(KEYS.server), `{"events":[{"event":"a","anonymous_id":"v-1","properties":${deep}}]}`],
        ['/v1/batch', bearer(KEYS.server), `{"sentAt":${deep},"events":${deep}}`],
        [
          '/v1/batch',
          {},
          `{"publicKey":"pk_live_analyse","events":[{"event_name":"a","anonymous_id":"visitor-1","properties":${deep}}]}`,
        ],
        [
          '/v1/event',
          {},
          `{"publicKey":"pk_live_analyse","event":{"event_name":"a","anonymous_id":"visitor-1","properties":${deep}}}`,
        ],
        ['/api/events/server', bearer('servoki_test'), `{"site":"example.com","event_type":"a","props":${deep}}`],
        ['/api/v1/websites/7/track', bearer('waa_test'), `{"name":"a","properties":${deep}}`],
        ['/api/v1/websites/7/track/batch', bearer('waa_test'), `{"events":[{"name":"a","properties":${deep}}]}`],
        [
          '/api/tracking/server-events?workspaceId=ws_1',
          { cookie: 'session=abc' },
          `{"siteId":"site_1","events":[{"type":"a","visitorId":"v-1","props":${deep}}]}`,
        ],
      ]
      for (const [path, headers, body] of requests) {
        const all = { 'content-type': 'application/json', ...headers }
        const response = await fetch(`${url}${path}`, { method: 'POST', headers: all, body })
        expect([path, response.status], await response.text()).toEqual([path, 400])
      }
      const native = trackEvent({ eventId: 'native' })
      const body = JSON.stringify({ sentAt: new Date().toISOString(), events: [native, { ...native, properties: 0 }] })
      const sent = await fetch(`${url}/v1/batch`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(KEYS.server) },
        body: body.replace('"properties":0', `"properties":${deep}`),
      })
      expect(await sent.json()).toMatchObject({ stored: 1, invalid: [{ eventId: 'native' }] })
      expect((await read('/v1/events')).events).toHaveLength(1)
    })
  })
})
