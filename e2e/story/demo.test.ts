import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { namesOf, readTimeline } from './collector-reads.ts'
import { temporaryDataDir } from './data-dir.ts'
import { startDemoCommand } from './demo-command.ts'

async function statusOf(url: string): Promise<number> {
  const answer = await fetch(url)
  await answer.body?.cancel()
  return answer.status
}

test('the demo stops at Ctrl-C with exit code 0, loses nothing, and finds its events again', async () => {
  const dataDir = await temporaryDataDir()
  const first = await startDemoCommand(dataDir)
  expect(await statusOf(first.shopUrl)).toBe(200)
  expect(await statusOf(first.collectorUrl)).toBe(200)
  const signUp = await fetch(`${first.shopUrl}/api/signup`, {
    method: 'POST',
    headers: { cookie: 'tl_id=visitor-demo', origin: first.shopUrl },
    body: new URLSearchParams({ email: 'ada@example.com', plan: 'regular' }),
  })
  expect(signUp.status).toBe(200)
  // The shop sends its events every two seconds: this one is still with it.
  expect(await first.child.stop('SIGINT')).toBe(0)
  await expect(fetch(first.collectorUrl)).rejects.toThrow()

  const second = await startDemoCommand(dataDir)
  expect(namesOf(await readTimeline(second.collectorUrl, 'visitor-demo'))).toEqual(['signup_completed'])
  expect(await second.child.stop('SIGTERM')).toBe(0)
})

test('a port that is taken moves on to a free one', async () => {
  const squatter = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => {
    squatter.close()
  })
  await new Promise((resolve) => squatter.once('listening', resolve))
  const { port } = squatter.address() as AddressInfo
  const { child, shopUrl } = await startDemoCommand(await temporaryDataDir(), ['--shop-port', String(port)])
  expect(new URL(shopUrl).port).not.toBe(String(port))
  expect(await statusOf(shopUrl)).toBe(200)
  expect(await child.stop('SIGINT')).toBe(0)
})
