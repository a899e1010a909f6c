import { once } from 'node:events'
import { createServer } from 'node:http'
import type { TrackEvent } from '@threadline/schema'
import { expect, onTestFinished, test } from 'vitest'
import { createLedger, sendBatch } from '../collector/load.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { jsonLines, runCli } from './cli.ts'
import { startCollect } from './collect.ts'

const eventOf = (eventId: string, userId: string): TrackEvent => ({
  eventId,
  event: 'plan_viewed',
  userId,
  timestamp: new Date().toISOString(),
})

test('prints all that is known of a person, and ends with 2 when nobody has the id', async () => {
  const collect = await startCollect(await temporaryDataDir())
  const odd = 'a/b c"?#%2F'
  const events = [...Array.from({ length: 300 }, (_, n) => eventOf(`mine-${n}`, odd)), eventOf('theirs', 'user_2')]
  await sendBatch(collect.url, events, createLedger())
  for (const args of [[], ['--json']]) {
    const { code, stdout, stderr } = await runCli(['export', odd, ...args], collect.env)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = stdout.split('\n').map((line) => JSON.parse(line))
    expect(lines[0]).toEqual({ type: 'person', userId: odd, anonymousIds: [] })
    expect(lines.filter(({ type }) => type === 'event')).toHaveLength(300)
    expect(lines.at(-1)).toEqual({ type: 'end', events: 300, links: 0 })
  }
  const nobody = await runCli(['export', 'nobody', '--json'], collect.env)
  expect(nobody).toMatchObject({ code: 2, stdout: '' })
  expect(jsonLines(nobody.stderr)).toEqual([
    { error: { code: 'usage', message: expect.stringContaining('nobody is known by this user id') } },
  ])
  const refused = await runCli(['export', odd], { ...collect.env, THREADLINE_KEY: 'sk_not_the_right_one' })
  expect(refused.code).toBe(4)
  await collect.child.stop('SIGTERM')
  expect((await runCli(['export', odd], collect.env)).code).toBe(5)
})

test.each([
  ['ends without its last line', (end: () => void) => end()],
  ['breaks off', (_: () => void, destroy: () => void) => destroy()],
])('is not taken for whole when it %s', async (_, finish) => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.write('{"type":"person","userId":"user_42","anonymousIds":[]}\n', () =>
      finish(
        () => response.end(),
        () => response.destroy(),
      ),
    )
  })
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const { code, stderr } = await runCli(['export', 'user_42', '--json'], {
    THREADLINE_HOST: `http://127.0.0.1:${address.port}`,
    THREADLINE_KEY: 'rk_test_reader',
  })
  expect(code).toBe(5)
  expect(jsonLines(stderr)).toMatchObject([{ error: { code: 'unavailable' } }])
})
