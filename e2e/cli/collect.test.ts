import { describe, expect, test } from 'vitest'
import { createLedger, makeEvents, sendBatch } from '../collector/load.ts'
import { storedIds } from '../collector/stored.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { jsonLines, runCli, startCli } from './cli.ts'
import { startCollect } from './collect.ts'

interface Created {
  readonly type: string
  readonly id: string
  readonly key: string
  readonly url: string
}

const post = (url: string, key: string, events: readonly object[]) =>
  fetch(`${url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ sentAt: new Date().toISOString(), events }),
  })

describe('threadline collect', () => {
  test('makes first keys when asked, shows each once, and prints a link that opens the page once', async () => {
    const dataDir = await temporaryDataDir()
    const first = startCli(['collect', '--json', '--create-keys', '--port', '0', '--data-dir', dataDir])
    await first.printed(/"login_link".*\n/)
    const lines = jsonLines<Created>(first.output())
    const url = lines.find(({ type }) => type === 'listening')?.url ?? ''
    const [browserKey = '', serverKey = ''] = lines.filter(({ type }) => type === 'key_created').map(({ key }) => key)
    const link = lines.find(({ type }) => type === 'login_link')?.url ?? ''

    expect(browserKey).toMatch(/^pk_/)
    expect((await post(url, serverKey, makeEvents(1))).status).toBe(200)
    expect((await fetch(link, { method: 'POST', redirect: 'manual' })).status).toBe(303)
    expect((await fetch(link, { method: 'POST', redirect: 'manual' })).status).toBe(401)
    expect(await first.stop('SIGINT')).toBe(0)

    const second = startCli(['collect', '--json', '--create-keys', '--port', '0', '--data-dir', dataDir])
    await second.printed(/"listening".*\n/)
    expect(await second.stop('SIGTERM')).toBe(0)
    // The keys are there, and events have come: nothing secret is printed any more.
    expect(second.output()).not.toMatch(/key_created|login_link|pk_|sk_/)
  })

  test('on SIGTERM answers what is under way, stores all it answered for, and ends with 0', async () => {
    const dataDir = await temporaryDataDir()
    const { child, url } = await startCollect(dataDir)
    const ledger = createLedger()

    async function sendUntilItStops(): Promise<void> {
      await sendBatch(url, makeEvents(50), ledger)
      await sendUntilItStops()
    }

    const senders = Array.from({ length: 4 }, () => sendUntilItStops().catch(() => undefined))
    await expect.poll(() => ledger.acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(200)
    expect(await child.stop('SIGTERM')).toBe(0)
    await Promise.all(senders)

    const stored = await storedIds({ dataDir })
    expect(new Set(stored).size).toBe(stored.length)
    expect(stored).toEqual(expect.arrayContaining([...ledger.acknowledged]))
  })

  test('tells what is taken: the data folder, the port', async () => {
    const dataDir = await temporaryDataDir()
    const { child, url } = await startCollect(dataDir)
    const sameFolder = await runCli(['keys', 'list', '--data-dir', dataDir])
    expect(sameFolder).toMatchObject({ code: 5, stdout: '' })
    expect(sameFolder.stderr).toContain('is in use by another collector')

    const samePort = await runCli(['collect', '--port', new URL(url).port, '--data-dir', await temporaryDataDir()])
    expect(samePort.code).toBe(5)
    expect(samePort.stderr).toContain('cannot listen there')
    await child.stop('SIGTERM')
  })
})

test('threadline keys: a key is shown once, works, is rotated and ends', async () => {
  const dataDir = await temporaryDataDir()
  const keys = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCli(['keys', ...args, '--json', '--data-dir', dataDir])
    return { code, stderr, lines: jsonLines<Created & { revokedAt: string | null }>(stdout) }
  }
  const made = await keys('create', '--kind', 'sk', '--name', 'importer')
  const [old = { id: '', key: '' }] = made.lines
  const rotated = await keys('rotate', old.id, '--revoke')
  const [fresh = { key: '' }] = rotated.lines
  const listed = await keys('list')
  expect(listed.lines).toMatchObject([
    { kind: 'sk', name: 'importer', revokedAt: expect.any(String) },
    { kind: 'sk', name: 'importer', revokedAt: null },
  ])
  expect(JSON.stringify(listed)).not.toContain('sk_')
  expect(await keys('revoke', old.id)).toMatchObject({ code: 2, stderr: expect.stringContaining('was revoked') })

  const { child, url } = await startCollect(dataDir)
  expect((await post(url, old.key, makeEvents(1))).status).toBe(401)
  expect((await post(url, fresh.key, makeEvents(1))).status).toBe(200)
  await child.stop('SIGTERM')
})
