import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { playTraffic } from './play.ts'
import { planTraffic } from './visits.ts'

const PLAN = planTraffic({ now: Date.UTC(2026, 0, 31, 12), days: 1 })

/** A collector that takes everything but what `refuses` says. */
async function startCollector(refuses: (body: string) => boolean) {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    bodies.push(body)
    response.writeHead(refuses(body) ? 500 : 200).end('{"stored":1,"duplicates":[],"invalid":[]}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, bodies }
}

function play(collectorUrl: string, stopped = new AbortController().signal) {
  const clock: number[] = []
  const parts: number[] = []
  const played = playTraffic(PLAN, {
    collectorUrl,
    keys: { browser: 'pk_demo', server: 'sk_demo' },
    moveClock: (now) => clock.push(now),
    stopped,
    progress: (part) => parts.push(part),
  })
  return { played, clock, parts }
}

test('a visit that is refused again and again is counted, and stops no other', async () => {
  const [unlucky] = PLAN.visits
  const { url, bodies } = await startCollector((body) => body.includes(`"${unlucky?.sessionId}"`))
  const { played, clock, parts } = play(url)
  expect(await played).toEqual({ visits: PLAN.visits.length - 1, failed: 1 })
  expect(bodies.filter((body) => body.includes(`"${unlucky?.sessionId}"`))).toHaveLength(3)
  expect(clock).toEqual([...clock].sort((a, b) => a - b))
  expect(parts.at(-1)).toBe(1)
})

test('a collector that is gone ends it', async () => {
  const { url } = await startCollector((body) => body.includes('"pk_demo"'))
  await expect(play(url).played).rejects.toThrow('does not take visits')
})

test('nothing more is played once it is stopped', async () => {
  const { url, bodies } = await startCollector(() => false)
  expect(await play(url, AbortSignal.abort()).played).toEqual({ visits: 0, failed: 0 })
  expect(bodies).toEqual([])
})
