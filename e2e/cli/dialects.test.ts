import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { root } from '../../scripts/lib/packages.ts'
import { sampleEnvironment, samplePath } from '../destinations/lib/samples.ts'
import { CREDENTIALS, SERVICES } from '../destinations/lib/services.ts'
import { codeBlocks } from '../readme/code-blocks.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { startCollect } from './collect.ts'

/** The dialects file that the documentation shows. */
const DOCUMENTED =
  codeBlocks(readFileSync(join(root, 'docs/cli.md'), 'utf8')).find(({ code }) => code.includes('"funnelfizz"'))?.code ??
  ''

/** Millimetric's clients use the collector's own keys. */
const KEYS = { THREADLINE_KEYS: CREDENTIALS.secretKey }

/** Runs a service's documented request against a collector; rejects where it is refused. */
function runSample(page: string, url: string, visitor: string) {
  return execa(process.execPath, [samplePath(page, 'node.mjs')], {
    env: sampleEnvironment(url, visitor),
    timeout: 60_000,
  })
}

describe('threadline collect takes the documented request of each service', () => {
  test.each([
    [
      'with --dialects-file',
      async (dataDir: string) => {
        const file = join(dataDir, 'dialects.json')
        await writeFile(file, DOCUMENTED, { mode: 0o600 })
        return { args: ['--dialects-file', file], env: KEYS }
      },
    ],
    ['with THREADLINE_DIALECTS', async () => ({ env: { ...KEYS, THREADLINE_DIALECTS: DOCUMENTED } })],
  ])('%s', async (_, settings) => {
    const dataDir = await temporaryDataDir()
    const { child, url } = await startCollect(dataDir, await settings(dataDir))
    for (const { page } of SERVICES) {
      const visitor = randomUUID()
      await runSample(page, url, visitor)
      const answer = await fetch(`${url}/v1/people/${visitor}/timeline`, {
        headers: { authorization: `Bearer ${CREDENTIALS.secretKey}` },
      })
      const { events }: { events: readonly object[] } = await answer.json()
      expect(events, page).toMatchObject([{ event: { anonymousId: visitor, properties: { plan: 'pro' } } }])
    }
    expect(await child.stop('SIGTERM')).toBe(0)
    const { cookie, servokiKey, publicKey, webAnalyzerKey } = CREDENTIALS
    for (const secret of [cookie, servokiKey, publicKey, webAnalyzerKey]) expect(child.output()).not.toContain(secret)
  })

  test('and without either only that of Millimetric, whose keys are the collector’s own', async () => {
    const { child, url } = await startCollect(await temporaryDataDir(), { env: KEYS })
    const taken: string[] = []
    for (const { page } of SERVICES) {
      await runSample(page, url, randomUUID()).then(
        () => taken.push(page),
        (error: unknown) => expect(String(error)).toContain('401'),
      )
    }
    expect(taken).toEqual(['millimetric'])
    await child.stop('SIGTERM')
  })
})
