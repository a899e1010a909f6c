import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { verifyHmac } from '@threadline/server/webhooks'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { CONFIG_SCHEMA } from '../../packages/cli/src/config/config-schema.ts'
import { type PostgresServer, postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import { root } from '../../scripts/lib/packages.ts'
import { codeBlocks } from '../readme/code-blocks.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { jsonLines, runCli, startCli } from './cli.ts'

const BYTES = Uint8Array.from({ length: 32 }, (_, index) => index)
const SECRET = `whsec_${Buffer.from(BYTES).toString('base64')}`

interface Message {
  readonly type: string
  readonly data: { readonly alert: string; readonly project?: string }
}

/** Where alerts go: checks signatures as documented, and keeps what was told. */
async function startReceiver() {
  const told: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const header = (name: string) => String(request.headers[`webhook-${name}`])
    const signed = {
      secret: BYTES,
      payload: `${header('id')}.${header('timestamp')}.${body}`,
      signature: header('signature').replace('v1,', ''),
      encoding: 'base64',
    } as const
    if (!(await verifyHmac(signed))) return void response.writeHead(400).end()
    const { type, data }: Message = JSON.parse(body)
    told.push([type, data.alert, data.project].filter(Boolean).join(' '))
    response.writeHead(204).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}/hook/secret-path`, told }
}

/** Starts a collector; resolves when it listens. */
async function start(config: string, env: NodeJS.ProcessEnv = {}) {
  const child = startCli(['collect', '--json', '--config', config], env)
  await child.printed(/"type":"listening".*\n/)
  const [listening] = jsonLines<{ url: string }>(child.output())
  return { child, url: listening?.url ?? '' }
}

async function writeConfig(options: object): Promise<string> {
  const config = join(await temporaryDataDir(), 'threadline.json')
  await writeFile(config, JSON.stringify({ port: 0, ...options }))
  return config
}

describe('alerts', () => {
  test('are configured as documented', () => {
    const blocks = codeBlocks(readFileSync(join(root, 'docs/alerts.md'), 'utf8')).filter(({ code }) =>
      code.includes('"alerts"'),
    )
    expect(blocks).toHaveLength(2)
    for (const { code } of blocks) {
      expect(CONFIG_SCHEMA.safeParse(JSON.parse(code))).toMatchObject({ success: true })
    }
  })

  test('are told once, across kill -9 and restarts, and say when it is over', async () => {
    const { url, told } = await startReceiver()
    const dataDir = await temporaryDataDir()
    const alerts = { url, secret: SECRET }
    const full = await writeConfig({ dataDir, alerts: { ...alerts, diskFreeBytes: Number.MAX_SAFE_INTEGER } })
    const first = await start(full)
    await expect.poll(() => told, { timeout: 60_000 }).toEqual(['alert.firing disk'])
    await first.child.stop('SIGKILL')
    // An end waits for the look at the start.
    const second = await start(full)
    expect(await second.child.stop('SIGTERM')).toBe(0)
    const third = await start(await writeConfig({ dataDir, alerts: { ...alerts, diskFreeBytes: 0 } }))
    await expect.poll(() => told, { timeout: 60_000 }).toEqual(['alert.firing disk', 'alert.resolved disk'])
    expect(await third.child.stop('SIGTERM')).toBe(0)
    for (const { child } of [first, second, third]) expect(child.output()).not.toMatch(/secret-path|whsec/)
  })

  test('are tried out by the doctor, who says what is missing and repeats no secret', async () => {
    const { url, told } = await startReceiver()
    const dataDir = await temporaryDataDir()
    const doctor = async (env: NodeJS.ProcessEnv, ...args: readonly string[]) => {
      const { code, stdout } = await runCli(['doctor', '--json', '--data-dir', dataDir, ...args], env)
      expect(stdout).not.toMatch(/secret-path|whsec_AAEC/)
      return {
        code,
        found: jsonLines<{ subject: string; state: string }>(stdout).filter(({ subject }) => subject === 'alerts'),
      }
    }
    const env = { THREADLINE_ALERT_URL: url, THREADLINE_ALERT_SECRET: SECRET }
    expect(await doctor({})).toEqual({ code: 0, found: [] })
    expect(await doctor(env)).toMatchObject({ code: 0, found: [{ state: 'fine' }] })
    expect(told).toEqual([])
    expect(await doctor(env, '--test-alert')).toMatchObject({ code: 0, found: [{ state: 'fine' }] })
    expect(told).toEqual(['alert.firing test'])
    const problem = { code: 5, found: [{ state: 'problem' }] }
    expect(await doctor({}, '--test-alert')).toMatchObject(problem)
    expect(await doctor({ THREADLINE_ALERT_URL: url })).toMatchObject(problem)
    expect(await doctor({ ...env, THREADLINE_ALERT_SECRET: 'whsec_AAEC' })).toMatchObject(problem)
    const other = `whsec_${Buffer.alloc(32).toString('base64')}`
    expect(await doctor({ ...env, THREADLINE_ALERT_SECRET: other }, '--test-alert')).toMatchObject(problem)
    expect(
      await doctor({ ...env, THREADLINE_ALERT_URL: 'http://127.0.0.1:1/secret-path' }, '--test-alert'),
    ).toMatchObject(problem)
  })
})

const missing = postgresMissing()
describe.skipIf(missing)(`alerts of several collectors on one PostgreSQL${missing ? ` (${missing})` : ''}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  test('are told once, by what they have counted together', async () => {
    const { url, told } = await startReceiver()
    const databaseUrl = await server.createDatabase()
    const key = 'sk_of_the_shop'
    const config = await writeConfig({
      databaseUrl,
      keys: [{ key, project: 'shop' }],
      alerts: { url, secret: SECRET, trafficDropPercent: false },
    })
    const wrong = Array.from({ length: 12 }, () => ({ event: 'signup_completed' }))
    for (const collector of await Promise.all([start(config), start(config)])) {
      const sent = await fetch(`${collector.url}/v1/batch`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ sentAt: new Date().toISOString(), events: wrong }),
      })
      expect(await sent.json()).toMatchObject({ stored: 0 })
      // What it counted is written when it ends.
      expect(await collector.child.stop('SIGTERM')).toBe(0)
    }
    const next = await Promise.all([start(config), start(config), start(config)])
    await expect.poll(() => told, { timeout: 60_000 }).toEqual(['alert.firing errors shop'])
    for (const { child } of next) expect(await child.stop('SIGTERM')).toBe(0)
    expect(told).toHaveLength(1)
  })
})
