import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createServerClient } from '@threadline/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from './lib/run-program.ts'
import { type Sink, startSink, type Tenant } from './lib/start-sink.ts'

let sink: Sink
let root: string
beforeAll(async () => {
  sink = await startSink()
  root = mkdtempSync(join(tmpdir(), 'spool-e2e-'))
})
afterAll(() => {
  sink.stop()
  rmSync(root, { recursive: true, force: true })
})

/** Runs the program until it has captured for a while, kills it, and tells how many events had been written. */
async function captureAndKill(tenant: Tenant, dir: string, until: number, from = 0): Promise<number> {
  const program = runProgram('spools-until-killed', [tenant.host, dir, String(from)])
  await program.printed(`written ${until}\n`)
  program.process.kill('SIGKILL')
  const { signal, output } = await program.ended
  expect(signal).toBe('SIGKILL')
  return Math.max(...[...output.matchAll(/written (\d+)\n/g)].map(([, count]) => Number(count)))
}

describe.concurrent('kill -9', () => {
  test('loses nothing that was written while the server was down', async () => {
    const tenant = sink.tenant()
    const dir = join(root, 'down')
    await tenant.order({ downForMs: 60_000 })
    const written = await captureAndKill(tenant, dir, 2_000)
    await tenant.order({ downForMs: 0 })

    const { code, output } = await runProgram('spools-and-flushes', [tenant.host, dir]).ended
    expect(code).toBe(0)
    const { delivered, errors } = JSON.parse(output) as { delivered: number; errors: string[] }
    expect(errors.filter((message) => !message.includes('damaged'))).toEqual([])
    const { stored } = await tenant.state()
    expect(stored.length).toBe(delivered)
    expect(stored).toEqual(expect.arrayContaining(Array.from({ length: written }, (_, index) => `request_${index}`)))
  })

  test('again and again, under traffic, loses and doubles nothing', async () => {
    const tenant = sink.tenant()
    const dir = join(root, 'again')
    const ranges: { from: number; written: number }[] = []
    for (const from of [0, 100_000, 200_000]) {
      ranges.push({ from, written: await captureAndKill(tenant, dir, from + 1_000, from) })
    }
    expect((await runProgram('spools-and-flushes', [tenant.host, dir]).ended).code).toBe(0)
    const { stored } = await tenant.state()
    const written = ranges.flatMap(({ from, written: to }) =>
      Array.from({ length: to - from }, (_, index) => `request_${from + index}`),
    )
    const known = new Set(stored)
    expect(written.filter((eventId) => !known.has(eventId))).toEqual([])
    expect(known.size).toBe(stored.length)
  })
})

test('Bun keeps and replays a spool too', async () => {
  const tenant = sink.tenant()
  const dir = join(root, 'bun')
  const file = join(dirname(createRequire(import.meta.url).resolve('bun/package.json')), 'bin/bun.exe')
  const bun = { file, args: ['--conditions=@threadline/source'] }
  await tenant.order({ downForMs: 60_000 })
  const program = runProgram('spools-until-killed', [tenant.host, dir], {}, bun)
  await program.printed('written 1000\n')
  program.process.kill('SIGKILL')
  await program.ended
  await tenant.order({ downForMs: 0 })
  expect((await runProgram('spools-and-flushes', [tenant.host, dir], {}, bun).ended).code).toBe(0)
  const { stored } = await tenant.state()
  expect(stored).toEqual(expect.arrayContaining(Array.from({ length: 1_000 }, (_, index) => `request_${index}`)))
})

test('a second process on one folder is refused, keeps its events in memory, and takes over when it is free', async () => {
  const tenant = sink.tenant()
  // The first one delivers nothing, so that there is something to take over.
  const down = sink.tenant()
  await down.order({ downForMs: 600_000 })
  const dir = join(root, 'shared')
  const program = runProgram('spools-until-killed', [down.host, dir])
  await program.printed('written 500\n')
  const errors: string[] = []
  const second = createServerClient({
    key: 'sk_test',
    host: tenant.host,
    spool: { dir },
    onError: ({ code, message }) => errors.push(`${code}: ${message}`),
  })
  expect(errors).toEqual([expect.stringMatching(/^spool_failed: spool: .* is in use by process \d+ on /)])
  second.capture({ event: 'a', userId: 'user_42', eventId: 'of_the_second' })
  await second.flush()
  expect((await tenant.state()).stored).toContain('of_the_second')

  program.process.kill('SIGKILL')
  await program.ended
  await expect.poll(() => second.stats().delivered, { timeout: 60_000 }).toBeGreaterThan(1)
  await second.shutdown()
})

test('what shutdown could not deliver stays on disk, and is not reported as lost', async () => {
  const tenant = sink.tenant()
  const dir = join(root, 'shutdown')
  const drops: string[] = []
  const options = { key: 'sk_test', host: tenant.host, spool: { dir }, onError: () => undefined }
  await tenant.order({ faults: [{ kind: 'status', status: 401 }] })
  const first = createServerClient({ ...options, onDrop: (_event, reason) => drops.push(reason) })
  first.capture({ event: 'a', userId: 'user_42', eventId: 'kept' })
  expect(await first.shutdown()).toMatchObject({ pending: 1, eventIds: ['kept'] })
  expect(drops).toEqual([])

  const second = createServerClient(options)
  await expect.poll(() => second.stats().delivered, { timeout: 10_000 }).toBe(1)
  await second.shutdown()
  expect((await tenant.state()).stored).toEqual(['kept'])
})
