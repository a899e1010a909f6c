import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StartedCollector, startCollector } from '@threadline/collector'
import { DEMO_KEYRING } from '@threadline/example-shop/demo'
import { execa, execaSync } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readOptions } from '../../examples/shop/demo/options.ts'
import { root } from '../../scripts/lib/packages.ts'
import { codeBlocks } from './code-blocks.ts'

const PRINTED_ORIGIN = `http://127.0.0.1:${readOptions([], {}).collectorPort}`

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const commands = codeBlocks(readme)
  .map(({ code }) => code)
  .filter((code) => code.startsWith('curl '))
const [send = '', readBack = ''] = commands

const noCurl = execaSync('curl', ['--version'], { reject: false }).failed && process.env['CI'] !== 'true'

describe.skipIf(noCurl)('curl examples of the README (needs curl)', () => {
  let folder: string
  let collector: StartedCollector

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'readme-'))
    collector = await startCollector({ port: 0, dataDir: folder, keys: DEMO_KEYRING })
  })
  afterAll(async () => {
    await collector?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Runs a command as printed, but for the port, which must be free here; returns what it prints, parsed. */
  async function run(command: string): Promise<unknown> {
    expect(command).toContain(PRINTED_ORIGIN)
    const { stdout } = await execa('bash', ['-c', command.replaceAll(PRINTED_ORIGIN, collector.url)], {
      timeout: 60_000,
    })
    return JSON.parse(stdout)
  }

  test('there are two: one sends, one reads', () => {
    expect(commands).toHaveLength(2)
  })

  test('a dry run takes the same body and stores nothing', async () => {
    const dryRun = send.replace('/v1/batch', '/v1/validate')
    expect(dryRun).not.toBe(send)
    expect(await run(dryRun)).toEqual({ stored: 1, duplicates: [], invalid: [] })
  })

  test('sending stores the event and prints what the README says', async () => {
    const [, printed = ''] = /^# (\{.*\})$/m.exec(send) ?? []
    expect(await run(send)).toEqual(JSON.parse(printed))
  })

  test('sending again counts it once, as the README says', async () => {
    const [, printed = ''] = /it answers `(\{.*?\})`/.exec(readme) ?? []
    expect(await run(send)).toEqual(JSON.parse(printed))
  })

  test("reading back shows the person's one event", async () => {
    const timeline = await run(readBack)
    expect(timeline).toMatchObject({
      events: [
        { event: { event: 'purchase', eventId: 'order_8841', userId: 'user_42', value: 4900, currency: 'USD' } },
      ],
    })
  })
})
