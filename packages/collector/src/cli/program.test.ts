import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { batch } from '../../test/collector-setup.ts'
import { trackEvent } from '../../test/events.ts'
import { createProgram } from './program.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'threadline-cli-'))
})
afterEach(() => {
  rmSync(dataDir, { recursive: true })
})

/** A command under way, and what it has printed. */
function run(...args: string[]) {
  const lines: string[] = []
  let stop: () => void = () => undefined
  const stopped = new Promise<void>((resolve) => {
    stop = resolve
  })
  const listeners: (() => void)[] = []
  const program = createProgram({
    env: {},
    write(line) {
      lines.push(line)
      for (const look of listeners) look()
    },
    stopped: () => stopped,
  })
  for (const command of [program, ...program.commands.flatMap((sub) => [sub, ...sub.commands])]) {
    command.exitOverride().configureOutput({ writeErr: () => undefined })
  }
  const ended = program.parseAsync(['node', 'threadline', ...args])
  ended.catch(() => undefined)
  const printed = (part: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const line = lines.find((each) => each.includes(part))
        if (line !== undefined) resolve(line)
      }
      listeners.push(look)
      ended.then(() => reject(new Error(`ended without printing ${part}`)), reject)
      look()
    })
  return { lines, ended, stop: () => stop(), printed }
}

describe('threadline collect', () => {
  test('makes keys on the first run only, and serves until it is stopped', async () => {
    const first = run('collect', '--data-dir', dataDir, '--port', '0', '--json')
    const { url, page, keys } = JSON.parse(await first.printed('"url"'))
    expect(keys).toEqual({
      pk: expect.stringMatching(/^pk_/),
      sk: expect.stringMatching(/^sk_/),
      rk: expect.stringMatching(/^rk_/),
    })
    const response = await fetch(`${url}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keys.sk}`, 'content-type': 'application/json' },
      body: JSON.stringify(batch([trackEvent({ event: 'seat_billed', value: 500, currency: 'EUR' })])),
    })
    expect(await response.json()).toMatchObject({ stored: 1 })
    expect((await fetch(page, { redirect: 'manual' })).status).toBe(303)

    const tail = run('tail', '--url', url, '--key', keys.rk)
    expect(await tail.printed('seat_billed')).toContain('500 EUR')
    tail.stop()
    await tail.ended
    first.stop()
    await first.ended

    const second = run('collect', '--data-dir', dataDir, '--port', '0', '--json')
    expect(JSON.parse(await second.printed('"url"')).keys).toEqual({})
    second.stop()
    await second.ended
  })

  test('tail says what the collector answered when it refuses', async () => {
    const collector = run('collect', '--data-dir', dataDir, '--port', '0', '--json')
    const { url, keys } = JSON.parse(await collector.printed('"url"'))
    await expect(run('tail', '--url', url, '--key', keys.pk).ended).rejects.toThrow('403')
    collector.stop()
    await collector.ended
  })

  test.each([
    ['collect', '--port', 'http'],
    ['collect', '--retention-days', '0'],
    ['keys', 'create'],
    ['keys', 'create', '--kind', 'admin'],
    ['tail'],
  ])('%s %s %s is refused', async (...args) => {
    await expect(run(...args.filter((arg) => typeof arg === 'string')).ended).rejects.toMatchObject({ exitCode: 1 })
  })
})

describe('threadline keys', () => {
  test('shows a key once, lists it without, and revokes it', async () => {
    const created = run(
      'keys',
      'create',
      '--kind',
      'pk',
      '--origin',
      'https://a.example',
      '--data-dir',
      dataDir,
      '--json',
    )
    await created.ended
    const { id, key } = JSON.parse(created.lines[0] ?? '')
    await run('keys', 'revoke', id, '--data-dir', dataDir).ended
    const listed = run('keys', 'list', '--data-dir', dataDir, '--json')
    await listed.ended
    expect(listed.lines).toHaveLength(1)
    expect(listed.lines[0]).not.toContain(key.slice(3))
    expect(JSON.parse(listed.lines[0] ?? '')).toMatchObject({
      id,
      kind: 'pk',
      origins: ['https://a.example'],
      revokedAt: expect.any(Number),
    })
    await expect(run('keys', 'revoke', id, '--data-dir', dataDir).ended).rejects.toThrow(id)
  })
})
