import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createServerClient } from '@threadline/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CONTAINER, canUnshare } from './lib/container.ts'
import { NODE, type Program, runProgram } from './lib/run-program.ts'
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

/** Highest number of the lines `<name> <number>`. */
function highest(name: string, output: string): number {
  return Math.max(...[...output.matchAll(new RegExp(`^${name} (\\d+)$`, 'gm'))].map(([, count]) => Number(count)))
}

/** The ids of what one source captured, up to its `count`. */
function ids(source: string, count: number, from = 0): string[] {
  return Array.from({ length: count - from }, (_, index) => `${source}_${from + index}`)
}

/** Whether an event of the native destination is in a file, whatever the writer still has to do. */
function isOnDisk(dir: string, eventId: string): boolean {
  const lane = join(dir, 'threadline')
  return readdirSync(lane).some((name) => readFileSync(join(lane, name), 'utf8').includes(`"${eventId}"`))
}

async function killed(program: Program): Promise<void> {
  program.process.kill('SIGKILL')
  await program.ended
}

/** Lets a fresh process deliver what the folder holds, and returns the ids of what is stored. */
async function deliverRest(tenant: Tenant, dir: string): Promise<readonly string[]> {
  await tenant.order({ downForMs: 0 })
  expect((await runProgram('spools-and-flushes', [tenant.host, dir]).ended).code).toBe(0)
  return (await tenant.state()).stored
}

/** Runs the program until it has captured for a while, kills it, and tells how many events had been written. */
async function captureAndKill(tenant: Tenant, dir: string, until: number, from = 0): Promise<number> {
  const program = runProgram('spools-until-killed', [tenant.host, dir, String(from)])
  await program.printed(`written ${until}\n`)
  program.process.kill('SIGKILL')
  const { signal, output } = await program.ended
  expect(signal).toBe('SIGKILL')
  return highest('written', output)
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
    expect(stored).toEqual(expect.arrayContaining(ids('request', written)))
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
    const written = ranges.flatMap(({ from, written: to }) => ids('request', to, from))
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
  expect(stored).toEqual(expect.arrayContaining(ids('request', 1_000)))
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

test('a disk that takes no more is told once, and events go out from memory', async () => {
  const tenant = sink.tenant()
  const dir = join(root, 'full')
  // Files may grow to 512 KB.
  const limited = { file: 'sh', args: ['-c', 'ulimit -f 1024; exec "$0" "$@"', NODE.file, ...NODE.args] }
  const program = runProgram('spools-until-killed', [tenant.host, dir], {}, limited)
  await program.printed('EFBIG')
  const captured = highest('written', program.output()) + 2_000
  await expect.poll(async () => (await tenant.state()).stored, { timeout: 60_000 }).toContain(`request_${captured}`)
  await killed(program)
  expect(program.output().match(/EFBIG/g)).toHaveLength(1)
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
  await expect.poll(() => second.stats().delivered, { timeout: 60_000 }).toBe(1)
  await second.shutdown()
  expect((await tenant.state()).stored).toEqual(['kept'])
})

describe.concurrent('a process that leaves the disk no time', () => {
  test.each([
    ['exits', 3, 21, 21],
    ['throws', 1, 21, 21],
    ['exits-soon', 3, 2_000, 4_000],
  ])('loses nothing and doubles nothing when it %s', async (mode, code, count, captured) => {
    const tenant = sink.tenant()
    const dir = join(root, mode)
    await tenant.order({ downForMs: 600_000 })
    const ended = await runProgram('spools-and-exits', [tenant.host, dir, mode, String(count)]).ended
    expect(ended.code).toBe(code)
    expect(ended.output).not.toContain('lost')
    const before = (await tenant.state()).received
    await deliverRest(tenant, dir)
    const { stored, received } = await tenant.state()
    expect([...stored].sort()).toEqual(ids('event', captured).sort())
    expect(stored.filter((id) => (received[id] ?? 0) - (before[id] ?? 0) !== 1)).toEqual([])
  })

  test('nor does what was delivered right before it ends come back', async () => {
    const tenant = sink.tenant()
    const dir = join(root, 'exits-flushed')
    expect((await runProgram('spools-and-exits', [tenant.host, dir, 'exits-flushed']).ended).code).toBe(3)
    await deliverRest(tenant, dir)
    expect((await tenant.state()).received).toEqual(Object.fromEntries(ids('event', 21).map((id) => [id, 1])))
  })
})

test('a client that is shut down before it has read the disk leaves it to the next, which delivers it however short its life', async () => {
  const tenant = sink.tenant()
  const drops: string[] = []
  const options = {
    key: 'sk_test',
    host: tenant.host,
    spool: { dir: join(root, 'unread') },
    onError: () => undefined,
    onDrop: (_event: object, reason: string) => drops.push(reason),
  }
  await tenant.order({ downForMs: 600_000 })
  const first = createServerClient(options)
  for (const eventId of ids('unread', 100)) first.capture({ event: 'a', userId: 'user_42', eventId })
  await first.shutdown({ timeoutMs: 1 })
  for (let times = 0; times < 3; times += 1) await createServerClient(options).shutdown({ timeoutMs: 1 })

  await tenant.order({ downForMs: 0 })
  const last = createServerClient(options)
  expect(await last.shutdown({ timeoutMs: 60_000 })).toMatchObject({ delivered: 100, pending: 0 })
  expect(drops).toEqual([])
  expect((await tenant.state()).stored).toEqual(ids('unread', 100))
})

describe.concurrent('two holders', () => {
  test('of threads that start at once, one gets the folder, and nothing it wrote is lost', async () => {
    const tenant = sink.tenant()
    const dir = join(root, 'threads')
    await tenant.order({ downForMs: 600_000 })
    const names = ['a', 'b', 'c', 'd']
    const program = runProgram('spools-in-threads', [tenant.host, dir, ...names])
    await program.printed(/( refused\n[\s\S]*){3}/)
    const holder = names.find((name) => !program.output().includes(`${name} refused`)) ?? ''
    await program.printed(new RegExp(`${holder} written [2-9]\\d\\d\n`))
    await killed(program)

    const stored = await deliverRest(tenant, dir)
    expect(stored).toEqual(expect.arrayContaining(ids(holder, highest(`${holder} written`, program.output()))))
  })

  test('a thread that is terminated leaves the folder to another, which brings what it held in memory', async ({
    expect,
  }) => {
    const tenant = sink.tenant()
    const dir = join(root, 'terminated')
    await tenant.order({ downForMs: 600_000 })
    const program = runProgram('spools-in-threads', [tenant.host, dir, 'a', 'b'])
    await program.printed('refused')
    const second = program.output().includes('a refused') ? 'a' : 'b'
    const first = second === 'a' ? 'b' : 'a'
    await program.printed(new RegExp(`${first} written [2-9]\\d\\d\n`))
    program.process.kill('SIGUSR2')
    await expect.poll(() => existsSync(join(dir, 'lock.2')), { timeout: 60_000 }).toBe(true)
    const taken = highest(`${second} written`, program.output())
    await expect.poll(() => isOnDisk(dir, `${second}_${taken - 1}`), { timeout: 60_000 }).toBe(true)
    await killed(program)

    const stored = await deliverRest(tenant, dir)
    expect(stored).toEqual(expect.arrayContaining(ids(first, highest(`${first} written`, program.output()))))
    expect(stored).toEqual(expect.arrayContaining(ids(second, taken)))
  })

  test.skipIf(!canUnshare())(
    'of two containers with one host name, both process 1, one gets the folder',
    async ({ expect }) => {
      const tenant = sink.tenant()
      const dir = join(root, 'containers')
      await tenant.order({ downForMs: 600_000 })
      const first = runProgram('spools-until-killed', [tenant.host, dir], {}, CONTAINER)
      await first.printed('written 500\n')
      const second = runProgram('spools-until-killed', [tenant.host, dir, '100000', '1'], {}, CONTAINER)
      await second.printed('in use by process 1 on ')
      expect(readdirSync(dir)).toContain('lock.1')
      await killed(first)
      // Here only the missing heartbeat tells that the holder is gone.
      await expect.poll(() => existsSync(join(dir, 'lock.2')), { timeout: 60_000 }).toBe(true)
      await tenant.order({ downForMs: 0 })
      const stored = async () => (await tenant.state()).stored
      const last = `request_${highest('written', first.output()) - 1}`
      await expect.poll(stored, { timeout: 60_000 }).toContain(last)
      await killed(second)
      const all = await stored()
      expect(all).toEqual(expect.arrayContaining(ids('request', highest('written', first.output()))))
      expect(new Set(all).size).toBe(all.length)
    },
  )
})
