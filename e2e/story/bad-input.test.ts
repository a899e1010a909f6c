import { gzipSync } from 'node:zlib'
import { type StartedCollector, startCollector } from '@threadline/collector'
import { isThreadlineError, type ThreadlineError } from '@threadline/core'
import { DEMO_KEYRING, DEMO_KEYS } from '@threadline/example-shop/demo'
import type { BatchResponse, ErrorResponse, TrackEvent } from '@threadline/schema'
import { createServerClient } from '@threadline/server'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { readLatest } from './collector-reads.ts'
import { temporaryDataDir } from './data-dir.ts'

let collector: StartedCollector

beforeEach(async () => {
  collector = await startCollector({
    port: 0,
    host: '127.0.0.1',
    dataDir: await temporaryDataDir(),
    keys: DEMO_KEYRING,
  })
  onTestFinished(() => collector.close())
})

const tooLarge = { note: 'é'.repeat(33 * 512) }

function circular(): Record<string, string> {
  const properties: Record<string, string> = {}
  return Object.assign(properties, { self: properties })
}

describe('the server client', () => {
  const bad = [
    ['no id', { event: 'x' }, 'missing_identity'],
    ['an id that is none', { event: 'x', userId: 'undefined' }, 'invalid_id'],
    ['33 KB of properties', { event: 'x', userId: 'u_1', properties: tooLarge }, 'props_too_large'],
    ['a float amount', { event: 'x', userId: 'u_1', value: 49.9, currency: 'USD' }, 'invalid_value'],
    ['circular properties', { event: 'x', userId: 'u_1', properties: circular() }, 'not_serializable'],
  ] as const

  test.each(bad)('refuses %s with a code, and delivers what came before and after', async (_, event, code) => {
    const errors: ThreadlineError[] = []
    const client = createServerClient({
      key: DEMO_KEYS.server,
      host: collector.url,
      strict: false,
      onError: (error) => errors.push(error),
    })
    client.capture({ event: 'before', userId: 'u_1' })
    client.capture(event)
    client.capture({ event: 'after', userId: 'u_1' })
    await client.shutdown()
    expect(errors.map((error) => error.code)).toEqual([code])
    expect(client.stats().dropped).toEqual({ [code]: 1 })
    expect(await storedNames()).toEqual(['after', 'before'])
  })

  test.each(bad)('throws %s where it is strict', (_, event, code) => {
    const client = createServerClient({ key: DEMO_KEYS.server, host: collector.url, strict: true })
    onTestFinished(async () => {
      await client.shutdown()
    })
    expect(() => client.capture(event)).toThrow(expect.objectContaining({ name: 'ThreadlineError', code }))
  })

  test('keeps its events and rejects the flush when the key is wrong', async () => {
    const errors: ThreadlineError[] = []
    const client = createServerClient({
      key: 'sk_not_the_right_one',
      host: collector.url,
      onError: (error) => errors.push(error),
    })
    client.capture({ event: 'kept', userId: 'u_1' })
    const failure: unknown = await client.flush().catch((error: unknown) => error)
    expect(isThreadlineError(failure) && failure.code).toBe('unauthorized')
    expect(client.stats().pending).toBe(1)
    expect(errors.map((error) => error.code)).toEqual(['unauthorized'])
    expect(JSON.stringify(errors) + String(failure)).not.toContain('sk_not_the_right_one')
    await client.shutdown({ timeoutMs: 1 })
    expect(await storedNames()).toEqual([])
  })
})

describe('the collector', () => {
  const fiveMegabytes = bodyOf([good('x', { note: 'x'.repeat(5_000_000) })])
  const gzip = { 'content-encoding': 'gzip' }
  const refused = [
    { what: 'malformed JSON', body: '{"events": [', status: 400, code: 'invalid_json' },
    { what: 'no batch', body: '{}', status: 400, code: 'invalid_request' },
    { what: 'what only says it is gzip', body: 'plain', headers: gzip, status: 400, code: 'invalid_json' },
    {
      what: 'an unknown content type',
      body: '<events/>',
      headers: { 'content-type': 'application/xml' },
      status: 415,
      code: 'unsupported_media_type',
    },
    { what: 'a 5 MB body', body: fiveMegabytes, status: 413, code: 'body_too_large' },
    {
      what: 'a small body that grows to 5 MB',
      body: new Uint8Array(gzipSync(fiveMegabytes)),
      headers: gzip,
      status: 413,
      code: 'body_too_large',
    },
  ]

  test.each(refused)('refuses $what, and takes what comes after', async ({ body, headers, status, code }) => {
    const answer = await post(body, headers)
    expect(answer.status).toBe(status)
    const { error }: ErrorResponse = await answer.json()
    expect(error).toEqual({ code, message: expect.stringMatching(/\w{3}/) })
    expect((await post(bodyOf([good('after')]))).status).toBe(200)
    expect(await storedNames()).toEqual(['after'])
  })

  test.each([
    ['an unknown key', 'Bearer sk_not_the_right_one', 401, 'unauthorized'],
    ['no key', '', 401, 'unauthorized'],
    ['a key that may only read', `Bearer ${DEMO_KEYS.read}`, 403, 'forbidden'],
  ])('refuses %s', async (_, authorization, status, code) => {
    const answer = await post(bodyOf([good('x')]), { authorization })
    expect(answer.status).toBe(status)
    expect(await answer.json()).toEqual({ error: { code, message: expect.not.stringContaining('right_one') } })
    expect(await storedNames()).toEqual([])
  })

  test('names each bad event of a batch by id and code, and stores the good ones', async () => {
    const { anonymousId: _, ...nobody } = good('nobody')
    const events = [
      good('first'),
      nobody,
      good('large', tooLarge),
      { ...good('float'), value: 49.9, currency: 'USD' },
      good('last'),
    ]
    const answer: BatchResponse = await (await post(bodyOf(events))).json()
    expect(answer).toEqual({
      stored: 2,
      duplicates: [],
      invalid: [
        { eventId: 'id:nobody', code: 'missing_identity', message: expect.any(String) },
        { eventId: 'id:large', code: 'props_too_large', message: expect.any(String) },
        { eventId: 'id:float', code: 'invalid_value', message: expect.any(String) },
      ],
    })
    expect(await storedNames()).toEqual(['first', 'last'])
  })
})

function good(event: string, properties?: TrackEvent['properties']): TrackEvent {
  const timestamp = new Date().toISOString()
  return { eventId: `id:${event}`, event, anonymousId: 'visitor-1', timestamp, ...(properties && { properties }) }
}

function bodyOf(events: readonly unknown[]): string {
  return JSON.stringify({ sentAt: new Date().toISOString(), events })
}

function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(new URL('/v1/batch', collector.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${DEMO_KEYS.server}`, ...headers },
    body,
  })
}

/** Names of everything the collector holds, in alphabetical order. */
async function storedNames(): Promise<readonly string[]> {
  return (await readLatest(collector.url)).map(({ event }) => event.event).sort()
}
