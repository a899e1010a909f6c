import { afterAll, beforeAll, expect, test } from 'vitest'
import { startConnectProxy } from './lib/connect-proxy.ts'
import { runProgram } from './lib/run-program.ts'
import { type Sink, startSink } from './lib/start-sink.ts'

let sink: Sink
beforeAll(async () => {
  sink = await startSink()
})
afterAll(() => sink.stop())

test('requests go through the proxy that the environment names, unless NO_PROXY excepts them', async () => {
  const tenant = sink.tenant()
  const { port, pathname } = new URL(tenant.host)
  const proxy = await startConnectProxy(Number(port))
  try {
    const through = await runProgram('captures-and-flushes', [`http://collector.test${pathname}`], {
      HTTP_PROXY: proxy.url,
    }).ended
    expect(JSON.parse(through.output)).toMatchObject({ delivered: 1 })
    expect(proxy.tunnels).toEqual(['collector.test:80'])
    expect((await tenant.state()).stored).toEqual(['event_0'])

    const blank = { HTTPS_PROXY: '', HTTP_PROXY: new URL(proxy.url).host }
    const other = await runProgram('captures-and-flushes', [`http://collector.test${pathname}`], blank).ended
    expect(JSON.parse(other.output)).toMatchObject({ delivered: 1 })
    expect(proxy.tunnels).toHaveLength(2)

    const env = { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' }
    const direct = await runProgram('captures-and-flushes', [sink.tenant().host], env).ended
    expect(JSON.parse(direct.output)).toMatchObject({ delivered: 1 })
    expect(proxy.tunnels).toHaveLength(2)
  } finally {
    await proxy.stop()
  }
})
