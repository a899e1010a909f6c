import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { CONTAINER, canUnshare, outerPid } from './lib/container.ts'
import { type Program, runProgram } from './lib/run-program.ts'
import { type Sink, startSink, type Tenant } from './lib/start-sink.ts'

let sink: Sink
beforeAll(async () => {
  sink = await startSink()
})
afterAll(() => sink.stop())

const require = createRequire(import.meta.url)
const BUN = {
  file: join(dirname(require.resolve('bun/package.json')), 'bin/bun.exe'),
  args: ['--conditions=@threadline/source'],
}

/** Longer than the time in which a second signal counts as the first one, passed on by a parent. */
const NEXT_PRESS_MS = 400

/** Presses Ctrl-C once more, when the first press has arrived for sure: on a busy machine that can take seconds. */
async function pressWhileSending(program: Program, tenant: Tenant): Promise<void> {
  while ((await tenant.state()).requests === 0) await pause(20)
  await pause(NEXT_PRESS_MS)
  program.process.kill('SIGINT')
}

describe.concurrent('a signal', () => {
  test.each([['SIGTERM'], ['SIGINT']] as const)(
    '%s ends a process with clients of two copies, which all deliver',
    async (signal) => {
      const tenant = sink.tenant()
      const program = runProgram('copies-until-signal', [tenant.host])
      await program.printed('waiting')
      program.process.kill(signal)
      expect(await program.ended).toMatchObject({ code: null, signal })
      expect([...(await tenant.state()).stored].sort()).toEqual(['imported_0', 'required_0'])
    },
  )

  test('many clients share one listener: nothing looks like a leak', async () => {
    const tenant = sink.tenant()
    const program = runProgram('copies-until-signal', [tenant.host, '20'])
    await program.printed('waiting')
    program.process.kill('SIGTERM')
    const { signal, output } = await program.ended
    expect([signal, output]).toEqual(['SIGTERM', 'waiting\n'])
    expect((await tenant.state()).stored).toHaveLength(40)
  })

  test.each([['once-before'], ['once-after'], ['prepended-once-after']])(
    'leaves the end to an app that drains, its listener registered %s the first capture',
    async (mode) => {
      const tenant = sink.tenant()
      const program = runProgram('app-drains', [tenant.host, mode])
      await program.printed('waiting')
      program.process.kill('SIGTERM')
      expect(await program.ended).toMatchObject({ code: 7 })
      expect([...(await tenant.state()).stored].sort()).toEqual(['first', 'last'])
    },
  )

  test('a second Ctrl-C ends a process whose endpoint is silent, and tells what is lost', async () => {
    const tenant = sink.tenant()
    await tenant.order({ faults: [{ kind: 'silent' }] })
    const program = runProgram('ends-somehow', [tenant.host, 'signals'])
    await program.printed('waiting')
    program.process.kill('SIGINT')
    await pressWhileSending(program, tenant)
    const { signal, output } = await program.ended
    expect(signal).toBe('SIGINT')
    expect(output).toContain('forced to end by a second SIGINT: 21 events lost')
  })

  test('three at once do too: two may be one, passed on by a parent', async () => {
    const tenant = sink.tenant()
    await tenant.order({ faults: [{ kind: 'silent' }] })
    const program = runProgram('ends-somehow', [tenant.host, 'signals'])
    await program.printed('waiting')
    // One by one: signals of one kind that are pending together are one.
    const pressing = setInterval(() => program.process.kill('SIGINT'), 20)
    const { signal, output } = await program.ended
    clearInterval(pressing)
    expect(signal).toBe('SIGINT')
    expect(output).toContain('forced to end by a second SIGINT')
  })

  test('two at once are one: what can be delivered is', async () => {
    const tenant = sink.tenant()
    await tenant.order({ delayMs: 1_000 })
    const program = runProgram('ends-somehow', [tenant.host, 'signals'])
    await program.printed('waiting')
    program.process.kill('SIGINT')
    await pause(20)
    program.process.kill('SIGINT')
    expect(await program.ended).toMatchObject({ signal: 'SIGINT' })
    expect((await tenant.state()).stored).toHaveLength(21)
  })

  test('ends a process in which a tool waits for everybody else, and lets it clean up', async () => {
    const tenant = sink.tenant()
    const program = runProgram('tool-waits-too', [tenant.host])
    await program.printed('waiting')
    program.process.kill('SIGTERM')
    expect(await program.ended).toMatchObject({ code: null, signal: 'SIGTERM', output: 'waiting\ncleaned up\n' })
    expect((await tenant.state()).stored).toEqual(['first'])
  })

  test.skipIf(!canUnshare()).each([
    ['server-until-signal', 'SIGTERM', 143, 100],
    ['ends-somehow', 'SIGINT', 130, 21],
    ['tool-waits-too', 'SIGTERM', 143, 1],
  ] as const)('ends process 1 of a container, whom the kernel spares it: %s', async (name, signal, code, stored) => {
    const tenant = sink.tenant()
    const program = runProgram(name, [tenant.host, ...(name === 'ends-somehow' ? ['signals'] : [])], {}, CONTAINER)
    onTestFinished(() => void program.process.kill('SIGKILL'))
    await program.printed('waiting')
    process.kill(outerPid(program.process.pid ?? 0), signal)
    const ended = await program.ended
    expect(ended.code).toBe(code)
    expect((await tenant.state()).stored).toHaveLength(stored)
    if (name === 'tool-waits-too') expect(ended.output).toContain('cleaned up')
  })

  test('is handled on Bun, and so is a second one', async () => {
    const tenant = sink.tenant()
    const program = runProgram('ends-somehow', [tenant.host, 'signals'], {}, BUN)
    await program.printed('waiting')
    program.process.kill('SIGINT')
    expect(await program.ended).toMatchObject({ signal: 'SIGINT' })
    expect((await tenant.state()).stored).toHaveLength(21)

    const silent = sink.tenant()
    await silent.order({ faults: [{ kind: 'silent' }] })
    const stuck = runProgram('ends-somehow', [silent.host, 'signals'], {}, BUN)
    await stuck.printed('waiting')
    stuck.process.kill('SIGINT')
    await pressWhileSending(stuck, silent)
    const { signal, output } = await stuck.ended
    expect(signal).toBe('SIGINT')
    expect(output).toContain('forced to end by a second SIGINT: 21 events lost')
  })

  test('leaves the end to an app on Bun too', async () => {
    const tenant = sink.tenant()
    const program = runProgram('app-drains', [tenant.host, 'once-before'], {}, BUN)
    await program.printed('waiting')
    program.process.kill('SIGTERM')
    expect(await program.ended).toMatchObject({ code: 7 })
    expect([...(await tenant.state()).stored].sort()).toEqual(['first', 'last'])
  })
})
