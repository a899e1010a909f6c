import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { batch, KEYS } from '../test/collector-setup.ts'
import { trackEvent } from '../test/events.ts'
import { type StartCollectorOptions, startCollector } from './start-collector.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'threadline-start-'))
})
afterEach(() => {
  rmSync(dataDir, { recursive: true })
})

async function start(options: Partial<StartCollectorOptions> = {}) {
  const collector = await startCollector({ port: 0, dataDir, keys: [{ key: KEYS.server }], ...options })
  onTestFinished(() => collector.close())
  const send = (...events: object[]) =>
    fetch(`${collector.url}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEYS.server}`, 'content-type': 'application/json' },
      body: JSON.stringify(batch(events, { sentAt: new Date().toISOString() })),
    })
  const latest = async () =>
    (await fetch(`${collector.url}/v1/events`, { headers: { authorization: `Bearer ${KEYS.server}` } })).json()
  return { collector, send, latest }
}

/** A port that something else listens on. */
async function busyPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

describe('startCollector', { timeout: 30_000 }, () => {
  test('serves over HTTP, and a new one on the same folder finds every event', async () => {
    const first = await start()
    expect(await (await first.send(trackEvent({ eventId: 'kept' }))).json()).toMatchObject({ stored: 1 })
    await first.collector.close()
    const second = await start()
    expect(await second.latest()).toMatchObject({ events: [{ event: { eventId: 'kept' } }] })
  })

  test.each([
    ['with a length', 'content-length: 4000', '{"events":['],
    ['in chunks', 'transfer-encoding: chunked', '5\r\n{"eve\r\n'],
  ])('a sender that goes in the middle of a body %s is no failure, and fills no log', async (_, header, half) => {
    const logged: object[] = []
    const { collector } = await start({ log: (entry) => logged.push(entry) })
    for (let n = 0; n < 5; n += 1) {
      const socket = connect(collector.port, '127.0.0.1')
      await once(socket, 'connect')
      const head = ['POST /v1/batch HTTP/1.1', 'host: x', `authorization: Bearer ${KEYS.server}`, header]
      socket.write(`${head.join('\r\n')}\r\n\r\n${half}`)
      socket.end()
    }
    const metrics = async () => {
      const headers = { authorization: `Bearer ${KEYS.server}` }
      return (await fetch(`${collector.url}/metrics`, { headers })).text()
    }
    const answered = 'threadline_requests_total{method="POST",status="400"} 5'
    await expect.poll(metrics, { timeout: 20_000 }).toContain(answered)
    expect(logged).toEqual([])
  })

  test('closes with requests under way and connections open, and loses none', async () => {
    const { collector, send } = await start()
    await send(trackEvent())
    const underWay = Array.from({ length: 20 }, () => send(trackEvent()))
    await send(trackEvent())
    const closing = collector.close()
    expect(collector.close()).toBe(closing)
    await closing
    const answers = await Promise.allSettled(underWay)
    const acknowledged = answers.filter((answer) => answer.status === 'fulfilled' && answer.value.status === 200)
    const { latest } = await start()
    expect((await latest()).events.length).toBeGreaterThanOrEqual(acknowledged.length + 2)
    expect(acknowledged.length).toBeGreaterThan(0)
  })

  // Less than the five seconds that Node keeps an idle connection for.
  test('closes at once under a live stream whose client comes back on the same connection', {
    timeout: 4_000,
  }, async () => {
    const { collector, send } = await start()
    await send(trackEvent())
    const watch = () =>
      fetch(`${collector.url}/v1/live`, { headers: { authorization: `Bearer ${KEYS.server}` } }).then((answer) =>
        answer.text(),
      )
    const first = watch()
    const comingBack = first.then(watch).then(watch).catch(String)
    await send(trackEvent())
    await collector.close()
    expect(await first).toContain('event: event')
    expect(await comingBack).toContain('fetch failed')
  })

  test('removes events that are older than it keeps, and takes them for duplicates when they come again', async () => {
    const day = 86_400_000
    const [old, fresh] = [31, 29].map((age) =>
      trackEvent({ timestamp: new Date(Date.now() - age * day).toISOString() }),
    )
    const first = await start()
    await first.send({ ...old }, { ...fresh })
    await first.collector.close()
    const second = await start({ retentionDays: 30 })
    await expect.poll(async () => (await second.latest()).events.length).toBe(1)
    expect(await (await second.send({ ...old })).json()).toMatchObject({ stored: 0, duplicates: [old?.eventId] })
  })

  test('moves on from a busy port only when it may', async () => {
    const port = await busyPort()
    await expect(startCollector({ port, dataDir, keys: [] })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    const { collector } = await start({ port: { prefer: port } })
    expect(collector.port).not.toBe(port)
  })

  test('lets an address try twenty links, then one in two seconds, and keeps a good link good', async () => {
    let ms = Date.now()
    const { collector } = await start({ trustedProxies: 1, now: () => ms })
    const open = (link: string, address: string) =>
      fetch(link, { method: 'POST', redirect: 'manual', headers: { 'x-forwarded-for': address } })
    const wrong = `${collector.url}/login?token=wrong`
    for (let n = 0; n < 20; n += 1) expect((await open(wrong, '192.0.2.1')).status).toBe(401)
    const link = await collector.loginUrl()
    const refused = await open(link, '192.0.2.1')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('2')
    expect(await refused.json()).toMatchObject({ error: { code: 'rate_limited' } })
    expect((await open(wrong, '192.0.2.2')).status).toBe(401)
    ms += 2_000
    expect((await open(link, '192.0.2.1')).status).toBe(303)
  })

  test('slows down forged cookies, and neither valid ones nor keys from the same address', async () => {
    const ms = Date.now()
    const { collector, send } = await start({ now: () => ms })
    const press = async () => fetch(await collector.loginUrl(), { method: 'POST', redirect: 'manual' })
    const opened = await press()
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
    const read = (given: string) => fetch(`${collector.url}/v1/events`, { headers: { cookie: given } })
    for (let n = 0; n < 20; n += 1) expect((await read(`${cookie}x`)).status).toBe(401)
    const refused = await read(`${cookie}x`)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('2')
    expect((await read(cookie)).status).toBe(200)
    expect((await send(trackEvent())).status).toBe(200)
    expect((await press()).status).toBe(303)
  })

  test('serves the page under a policy that allows no inline code and no other origin', async () => {
    const { collector } = await start()
    const page = await fetch(`${collector.url}/`)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const html = await page.text()
    const script = /src="([^"]+\.js)"/.exec(html)?.[1]
    expect((await fetch(`${collector.url}${script}`)).headers.get('content-type')).toContain('javascript')
    expect(html).not.toMatch(/<style|<script>|onclick=/)
  })

  test.each([['sk_abc'], ['nonsense'], ['sk_with space in it']])(
    'refuses the malformed key %s without repeating it',
    async (key) => {
      const starting = startCollector({ port: 0, dataDir, keys: [{ key }] })
      await expect(starting).rejects.toThrow(TypeError)
      await expect(starting).rejects.not.toThrow(key)
    },
  )
})
