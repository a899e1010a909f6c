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
    const { code, ms } = await runProgram('simply-ends', [tenant.host]).ended
    expect(code).toBe(0)
    expect(ms).toBeLessThan(5_000)
    expect((await tenant.state()).stored).toEqual(['script_1'])
  })

  test('is not kept alive by an endpoint that is down', async () => {
    const tenant = sink.tenant()
    await tenant.order({ faults: [{ kind: 'status', status: 401 }] })
    const { code, ms } = await runProgram('simply-ends', [tenant.host]).ended
    expect(code).toBe(0)
    expect(ms).toBeLessThan(5_000)
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
})
