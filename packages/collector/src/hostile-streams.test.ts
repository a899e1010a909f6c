import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { onBothDatabases, type RunningCollector } from '../test/both-databases.ts'
import { KEYS } from '../test/collector-setup.ts'
import { trackEvent } from '../test/events.ts'
import { createKey } from './create-key.ts'

/** Opens a stream and keeps it open until the test ends, or `leave` is called. */
async function watch({ url }: RunningCollector, headers: { readonly [name: string]: string }) {
  const leaving = new AbortController()
  const response = await fetch(`${url}/v1/live`, { headers, signal: leaving.signal })
  // Holds on to the response: one that nobody refers to is cancelled with the next garbage.
  onTestFinished(() => void response.body?.cancel().catch(() => undefined))
  return { response, leave: () => leaving.abort() }
}

const withKey = (key: string) => ({ authorization: `Bearer ${key}` })

/** A client that asks for the stream and never reads a byte of it. */
async function stare({ port }: RunningCollector, key: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  socket.pause()
  socket.write(`GET /v1/live HTTP/1.1\r\nHost: collector.test\r\nAuthorization: Bearer ${key}\r\n\r\n`)
  return socket
}

describe('live streams', () => {
  onBothDatabases(({ start }) => {
    test('are not opened by HEAD, which has the status and the headers of GET', async () => {
      const collector = await start()
      const head = (key: string) => fetch(`${collector.url}/v1/live`, { method: 'HEAD', headers: withKey(key) })
      const heads = await Promise.all(Array.from({ length: 250 }, () => head(KEYS.server)))
      expect(new Set(heads.map(({ status }) => status))).toEqual(new Set([200]))
      expect(heads[0]?.headers.get('content-type')).toBe('text/event-stream')
      expect((await head('rk_unknown_key')).status).toBe(401)
      expect((await watch(collector, withKey(KEYS.server))).response.status).toBe(200)
    })

    test('have bounds for a key and for a project, so that no tenant takes those of others', async () => {
      const collector = await start({
        keys: [...[1, 2, 3].map((n) => ({ key: `rk_hostile_${n}`, project: 'hostile' })), { key: KEYS.reader }],
      })
      const open = async (key: string, count: number) => {
        const streams = await Promise.all(Array.from({ length: count }, () => watch(collector, withKey(key))))
        return streams.map(({ response }) => response.status).filter((status) => status === 200).length
      }
      expect(await open('rk_hostile_1', 100)).toBe(20)
      expect(await open('rk_hostile_2', 100)).toBe(20)
      expect(await open('rk_hostile_3', 100)).toBe(0)
      const refused = await watch(collector, withKey('rk_hostile_3'))
      expect(refused.response.status).toBe(429)
      expect(refused.response.headers.get('retry-after')).toBe('10')
      expect(await open(KEYS.reader, 5)).toBe(5)
    })

    test('are given back when their clients go', async () => {
      const collector = await start()
      const open = await Promise.all(Array.from({ length: 20 }, () => watch(collector, withKey(KEYS.reader))))
      expect((await watch(collector, withKey(KEYS.reader))).response.status).toBe(429)
      for (const { leave } of open) leave()
      await expect
        .poll(async () => (await watch(collector, withKey(KEYS.reader))).response.status, { timeout: 20_000 })
        .toBe(200)
    })

    test('end within seconds of their key', { timeout: 30_000 }, async () => {
      let ms = Date.now()
      const collector = await start({ now: () => ms })
      const { id, key } = await createKey(collector.store, { kind: 'rk' })
      ms += 5_000
      const { response } = await watch(collector, withKey(key))
      expect(response.status).toBe(200)
      const ended = response.text()
      await collector.store.revokeKey(id, ms)
      // Seconds of the collector's clock, which stands still unless it is moved.
      const moving = setInterval(() => {
        ms += 1_000
      }, 50)
      onTestFinished(() => clearInterval(moving))
      expect(await ended).toContain('event: ready')
    })

    test('cut off a reader who takes nothing, and only that one', { timeout: 60_000 }, async () => {
      let ms = Date.now()
      const collector = await start({ now: () => ms })
      const socket = await stare(collector, KEYS.server)
      const { response } = await watch(collector, withKey(KEYS.reader))
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      let seen = 0
      const reading = (async () => {
        for (;;) {
          const next = await reader?.read()
          if (!next || next.done) return
          seen += next.value.split('event: event\n').length - 1
        }
      })().catch(() => undefined)
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.on('error', () => undefined)
      // More than the buffers of both ends hold.
      const text = 'x'.repeat(30_000)
      let sent = 0
      for (let n = 0; n < 16; n += 1) {
        const events = Array.from({ length: 25 }, () => trackEvent({ event: 'large', properties: { text } }))
        expect(await collector.send(KEYS.server, events)).toMatchObject({ status: 200 })
        sent += events.length
      }
      await expect.poll(() => seen, { timeout: 30_000 }).toBe(sent)
      ms += 31_000
      // Who reads nothing sees no end; but a write to what the other side has closed fails.
      const probe = setInterval(() => socket.write('\r\n'), 200)
      await closed
      clearInterval(probe)
      expect((await collector.send(KEYS.server, [trackEvent({ event: 'small' })])).status).toBe(200)
      await expect.poll(() => seen, { timeout: 30_000 }).toBe(sent + 1)
      await reader?.cancel()
      await reading
    })
  })
})
