import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CONFIG_SCHEMA } from '../../packages/cli/src/config/config-schema.ts'
import { root } from '../../scripts/lib/packages.ts'
import { codeBlocks } from '../readme/code-blocks.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { jsonLines, runCli, startCli } from './cli.ts'

interface Line {
  readonly type: string
  readonly url?: string
  readonly state?: string
  readonly subject?: string
  readonly message?: string
}

/** The configuration file that the documentation shows. */
const documented =
  codeBlocks(readFileSync(join(root, 'docs/cli.md'), 'utf8')).find(({ code }) =>
    code.includes('"projectRetentionDays"'),
  )?.code ?? ''

describe('a configuration file', () => {
  test('is as documented', () => {
    expect(CONFIG_SCHEMA.safeParse(JSON.parse(documented))).toMatchObject({ success: true })
  })

  test('configures a collector, the commands on its store and the doctor', async () => {
    const folder = await temporaryDataDir()
    const config = join(folder, 'threadline.json')
    const key = 'sk_from_the_file'
    const options = {
      port: 0,
      dataDir: 'events',
      keys: [{ key, project: 'shop' }],
      loginLink: true,
      retentionDays: 900,
    }
    await writeFile(config, JSON.stringify({ ...options, projectRetentionDays: { shop: 1_200 } }))

    const child = startCli(['collect', '--json', '--config', config])
    await child.printed(/"type":"login_link".*\n/)
    const url = jsonLines<Line>(child.output()).find(({ type }) => type === 'listening')?.url
    const timestamp = new Date().toISOString()
    const events = [{ event: 'signup_completed', eventId: 'signup', userId: 'user_42', timestamp }]
    const sent = await fetch(`${url}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ sentAt: timestamp, events }),
    })
    expect(await sent.json()).toMatchObject({ stored: 1 })
    expect(await child.stop('SIGTERM')).toBe(0)
    expect(child.output()).not.toContain(key)

    const env = { THREADLINE_CONFIG: config }
    expect((await runCli(['keys', 'create', '--kind', 'mk'], env)).code).toBe(0)
    const listed = await runCli(['keys', 'list', '--json', '--data-dir', join(folder, 'events')])
    expect(jsonLines(listed.stdout)).toMatchObject([{ kind: 'mk' }])
    const findings = jsonLines<Line>((await runCli(['doctor', '--json'], env)).stdout)
    expect(findings.find(({ subject }) => subject === 'store')?.message).toContain(join(folder, 'events'))
  })

  test('that is wrong is a problem to the doctor, who looks at no store then', async () => {
    const folder = await temporaryDataDir()
    const config = join(folder, 'threadline.json')
    await writeFile(config, '{"datadir":"events"}')
    const { code, stdout } = await runCli(['doctor', '--json', '--config', config])
    expect(code).toBe(5)
    expect(jsonLines<Line>(stdout)).toMatchObject([
      { subject: 'configuration', state: 'problem', message: expect.stringContaining('there is no datadir here') },
    ])
  })
})
