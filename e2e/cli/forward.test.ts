import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startFakeService } from '../../packages/collector/test/fake-service.ts'
import { SERVER_KEY } from '../collector/keys.ts'
import { createLedger, makeEvents, sendBatch } from '../collector/load.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { jsonLines, runCli, startCli } from './cli.ts'

const POLL = { timeout: 60_000, interval: 250 }
const SECRET = 'sk_secret_of_the_service'

interface Forward {
  readonly outcomes: { readonly [outcome: string]: number }
}

test('a destination of the configuration file gets what is stored, is listed, paused, resumed and begun anew', {
  timeout: 300_000,
}, async () => {
  const service = await startFakeService()
  const dataDir = await temporaryDataDir()
  const config = join(dataDir, 'threadline.json')
  const forward = { to: 'threadline', name: 'archive', options: { host: service.url, key: { env: 'ARCHIVE_KEY' } } }
  await writeFile(
    config,
    JSON.stringify({ port: 0, dataDir: './events', keys: [{ key: SERVER_KEY }], forward: [forward] }),
  )
  const without = await runCli(['collect', '--config', config])
  expect(without).toMatchObject({ code: 2, stdout: '' })
  expect(without.stderr).toContain('forward.0: the environment has no ARCHIVE_KEY')

  const collect = startCli(['collect', '--config', config], { ARCHIVE_KEY: SECRET })
  const [, url = ''] = await collect.printed(/Collecting at (\S+)/)
  const env = { THREADLINE_HOST: url, THREADLINE_KEY: SERVER_KEY }
  const command = (...args: string[]) => runCli(['forward', ...args], env)
  const known = async (): Promise<Forward> => {
    const answer = await fetch(`${url}/v1/forwards`, { headers: { authorization: `Bearer ${SERVER_KEY}` } })
    return (await answer.json()).forwards[0]
  }
  const outcomes = async () => (await known()).outcomes

  await sendBatch(url, makeEvents(5), createLedger())
  await expect.poll(outcomes, POLL).toEqual({ delivered: 5 })
  expect((await command('pause', 'archive')).stdout).toContain('archive is paused.')
  await sendBatch(url, makeEvents(2), createLedger())
  expect(jsonLines((await command('list', '--json')).stdout)).toMatchObject([
    { type: 'forward', name: 'archive', pausedAt: expect.any(String), outcomes: { delivered: 5 } },
  ])
  expect((await command('list')).stdout).toMatch(/archive {2}threadline {2}paused/)
  expect(await command('pause', 'nowhere')).toMatchObject({ code: 2 })
  expect((await command('resume', 'archive', '--json')).stdout).toBe('{"type":"forward_resumed","name":"archive"}')
  await expect.poll(outcomes, POLL).toEqual({ delivered: 7 })
  expect((await command('begin', 'archive', '--from', 'soon')).code).toBe(2)
  expect((await command('begin', 'archive', '--from', '2020-01-01')).code).toBe(0)
  await expect.poll(outcomes, POLL).toEqual({ delivered: 14 })
  expect(new Set(service.acknowledged).size).toBe(7)

  expect(await collect.stop('SIGTERM')).toBe(0)
  expect(collect.output()).not.toContain(SECRET)
})
