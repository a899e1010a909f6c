import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCertificates } from './lib/certificates.ts'
import { startConnectProxy } from './lib/connect-proxy.ts'
import { type Ended, runProgram } from './lib/run-program.ts'
import { type Sink, startSink, type Tenant } from './lib/start-sink.ts'
import { startTlsFront, type TlsFront } from './lib/tls-front.ts'

const BATCHES = 20

/** A batch that follows in the turn of the loop in which an answer came finds its connection still taken by undici. */
const MOST_CONNECTIONS = 2

let sink: Sink
let tenant: Tenant
let front: TlsFront
let folder: string
/** The environment of a client that trusts the authority. */
let trusting: { readonly NODE_EXTRA_CA_CERTS: string }

beforeAll(async () => {
  sink = await startSink()
  tenant = sink.tenant()
  const certificates = await makeCertificates(['localhost', 'collector.test'])
  front = await startTlsFront(certificates, Number(new URL(tenant.host).port))
  folder = await mkdtemp(join(tmpdir(), 'threadline-tls-'))
  trusting = { NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') }
  await writeFile(trusting.NODE_EXTRA_CA_CERTS, certificates.authority)
})
afterAll(async () => {
  await front?.stop()
  sink?.stop()
  await rm(folder, { recursive: true })
})

/** Runs a client of a tenant behind TLS to its end, and tells which handshakes it made. */
async function run(
  origin: string,
  { pathname }: URL,
  env: NodeJS.ProcessEnv,
  timeoutMs?: number,
): Promise<Ended & { readonly handshakes: readonly string[] }> {
  const before = front.handshakes.length
  const args = [`${origin}${pathname}`, String(BATCHES), ...(timeoutMs === undefined ? [] : [String(timeoutMs)])]
  const ended = await runProgram('captures-and-flushes', args, env).ended
  return { ...ended, handshakes: front.handshakes.slice(before) }
}

/** Every connection is to the host, and there are far fewer of them than batches. */
function expectFew(connections: readonly (string | undefined)[], host: string): void {
  expect(new Set(connections)).toEqual(new Set([host]))
  expect(connections.length).toBeLessThanOrEqual(MOST_CONNECTIONS)
}

const captured = Array.from({ length: BATCHES }, (_, index) => `event_${index}`)

test('batches are delivered over TLS, on connections that are kept', async () => {
  const { output, handshakes } = await run(`https://localhost:${front.port}`, new URL(tenant.host), trusting)
  expect(JSON.parse(output)).toEqual({ delivered: BATCHES, left: [], errors: [] })
  expect(await tenant.state()).toMatchObject({ stored: captured, requests: BATCHES })
  expectFew(handshakes, 'localhost')
})

test('through a proxy, TLS ends at the collector, and tunnels are kept', async () => {
  const behind = sink.tenant()
  const proxy = await startConnectProxy(front.port)
  try {
    const env = { ...trusting, HTTPS_PROXY: proxy.url }
    const { output, handshakes } = await run('https://collector.test', new URL(behind.host), env)
    expect(JSON.parse(output)).toEqual({ delivered: BATCHES, left: [], errors: [] })
    expect(await behind.state()).toMatchObject({ stored: captured, requests: BATCHES })
    expectFew(proxy.tunnels, 'collector.test:443')
    expectFew(handshakes, 'collector.test')
  } finally {
    await proxy.stop()
  }
})

test('without trust in the authority nothing is sent, and shutdown reports what is left', async () => {
  const untrusted = sink.tenant()
  const { output, handshakes } = await run(`https://localhost:${front.port}`, new URL(untrusted.host), {}, 100)
  expect(JSON.parse(output)).toEqual({
    delivered: 0,
    left: captured,
    errors: [
      ['unreachable', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
      ['closed', 'unreachable'],
    ],
  })
  expect((await untrusted.state()).requests).toBe(0)
  expect(handshakes).toEqual([])
})

test.each(['directly', 'through a proxy'])('the client itself may be told whom to trust: %s', async (way) => {
  const behind = sink.tenant()
  const proxy = way === 'directly' ? undefined : await startConnectProxy(front.port)
  try {
    const origin = proxy ? 'https://collector.test' : `https://localhost:${front.port}`
    const args = [`${origin}${new URL(behind.host).pathname}`, '1', '10000', trusting.NODE_EXTRA_CA_CERTS]
    const { output } = await runProgram('captures-and-flushes', args, proxy && { HTTPS_PROXY: proxy.url }).ended
    expect(JSON.parse(output)).toEqual({ delivered: 1, left: [], errors: [] })
    expect(proxy?.tunnels ?? []).toHaveLength(proxy ? 1 : 0)
  } finally {
    await proxy?.stop()
  }
})
