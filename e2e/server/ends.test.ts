import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from './lib/run-program.ts'
import { type Sink, startSink } from './lib/start-sink.ts'

let sink: Sink
beforeAll(async () => {
  sink = await startSink()
})
afterAll(() => sink.stop())

describe.concurrent('a process that ends', () => {
  test('flushes when a script simply ends, and does not linger', async () => {
    const tenant = sink.tenant()
    const { code } = await runProgram('simply-ends', [tenant.host]).ended
    // It ended at all: its interval is an hour.
    expect(code).toBe(0)
    expect((await tenant.state()).stored).toEqual(['script_1'])
  })

  test('is not kept alive by an endpoint that is down', async () => {
    const tenant = sink.tenant()
    await tenant.order({ faults: [{ kind: 'status', status: 401 }] })
    const { code } = await runProgram('simply-ends', [tenant.host]).ended
    expect(code).toBe(0)
    // It did not wait for the probe after a minute, which would have got through.
    expect(await tenant.state()).toMatchObject({ requests: 1, stored: [] })
  })

  test('stays until an awaited shutdown has retried', async () => {
    const tenant = sink.tenant()
    await tenant.order({ faults: [{ kind: 'status', status: 503 }] })
    const { code, output } = await runProgram('awaits-shutdown', [tenant.host]).ended
    expect(code).toBe(0)
    expect(JSON.parse(output)).toMatchObject({ delivered: 1, pending: 0 })
    expect((await tenant.state()).requests).toBe(2)
  })

  test('stays until the deadline of an awaited shutdown, and says what was left', async () => {
    const tenant = sink.tenant()
    await tenant.order({ faults: [{ kind: 'silent' }] })
    const { code, output } = await runProgram('awaits-shutdown', [tenant.host, '1000']).ended
    expect(code).toBe(0)
    expect(JSON.parse(output)).toMatchObject({ pending: 1, timedOut: true, eventIds: ['script_1'] })
  })

  test('delivers everything on SIGTERM and then ends by it', async () => {
    const tenant = sink.tenant()
    const program = runProgram('server-until-signal', [tenant.host])
    await program.printed('waiting')
    program.process.kill('SIGTERM')
    expect(await program.ended).toMatchObject({ code: null, signal: 'SIGTERM' })
    expect((await tenant.state()).stored).toHaveLength(100)
  })

  test('leaves the end to the app, when the app listens too', async () => {
    const tenant = sink.tenant()
    const program = runProgram('server-until-signal', [tenant.host, 'others'])
    await program.printed('waiting')
    program.process.kill('SIGTERM')
    expect(await program.ended).toMatchObject({ code: 7 })
    expect((await tenant.state()).stored).toHaveLength(101)
  })

  test('a script whose endpoint is down ends in time, and tells how many events are lost, and why', async () => {
    const tenant = sink.tenant()
    await tenant.order({ downForMs: 3_600_000 })
    // How long it waits: see lifecycle/ending.test.ts.
    const { code, output } = await runProgram('ends-somehow', [tenant.host, 'simply']).ended
    expect(code).toBe(0)
    expect(output).toMatch(/the process ended: 21 events lost.*HTTP 503/)
  })

  test('nor does one that never answers keep a script for long', async () => {
    const tenant = sink.tenant()
    await tenant.order({ faults: [{ kind: 'silent' }, { kind: 'silent' }] })
    const { code, output } = await runProgram('ends-somehow', [tenant.host, 'simply']).ended
    expect(code).toBe(0)
    expect(output).toContain('21 events')
    // What it gave up is not tried again while it ends: that would keep it for another time-out.
    expect((await tenant.state()).requests).toBe(1)
  })

  test.each([
    ['exit', 3],
    ['throws', 1],
  ])('a script that %s tells what it lost', async (mode, code) => {
    const ended = await runProgram('ends-somehow', [sink.tenant().host, mode]).ended
    expect(ended.code).toBe(code)
    expect(ended.output).toContain('the process ended: 21 events lost')
  })

  test.each([
    ['before-exit', ['last']],
    ['before-exit-with-more', ['first', 'last']],
    ['before-exit-awaits', ['last']],
    ['before-exit-takes-time', ['last']],
  ])('delivers what the app captures when its own work is over: %s', async (mode, ids) => {
    const tenant = sink.tenant()
    const { code, output } = await runProgram('ends-somehow', [tenant.host, mode]).ended
    expect([code, output]).toEqual([0, 'waiting\n'])
    expect((await tenant.state()).stored).toEqual(ids)
  })

  test('ends an app that captures at every end of its work, and tells what that costs', async () => {
    const tenant = sink.tenant()
    const { code, output } = await runProgram('ends-somehow', [tenant.host, 'before-exit-always']).ended
    expect(code).toBe(0)
    expect(output).toMatch(/events? lost/)
    expect((await tenant.state()).stored.slice(0, 2)).toEqual(['last_1', 'last_2'])
  })
})
