import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openStore } from '@threadline/collector'
import { expect, test } from 'vitest'
import { eventRow } from '../../packages/collector/test/event-row.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { jsonLines, runCli, startCli } from './cli.ts'
import { startCollect } from './collect.ts'

/** Many parts, so that one that is killed at its first has not ended. */
const EVENTS = 8_000

const VISIT = { url: 'https://shop.example/', path: '/', utm: { source: 'acme' } }

test('threadline reprocess, killed and run again, goes through a store that a collector is at work on', async () => {
  const dataDir = await temporaryDataDir()
  const store = await openStore({ dataDir })
  // As a collector stored them that derived nothing.
  const rows = Array.from({ length: EVENTS }, (_, index) => {
    const body = JSON.stringify({ event: '$pageview', eventId: `event-${index}`, ...VISIT })
    return eventRow({ event_id: `event-${index}`, body })
  })
  await store.append(rows)
  await store.close()

  const config = join(dataDir, 'threadline.json')
  const channels = [{ channel: 'Partners', source: 'acme' }]
  await writeFile(config, JSON.stringify({ enrichment: { default: { channels } } }))
  const { child, url, env } = await startCollect(dataDir, { args: ['--config', config] })
  expect(await runCli(['reprocess', '--data-dir', dataDir])).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('give its address with --host'),
  })

  const command = ['reprocess', '--host', url]
  const killed = startCli(command, env)
  await expect.poll(killed.output, { timeout: 60_000, interval: 20 }).toContain('events: 500 of 8000 events')
  await killed.stop('SIGKILL')
  const event = {
    event: '$pageview',
    eventId: 'meanwhile',
    anonymousId: 'visitor-2',
    timestamp: new Date().toISOString(),
  }
  const sent = await fetch(`${url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Bearer ${env.THREADLINE_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ sentAt: event.timestamp, events: [event] }),
  })
  expect(await sent.json()).toMatchObject({ stored: 1 })

  const again = await runCli([...command, '--json'], env)
  expect(again.code).toBe(0)
  const [ended] = jsonLines<{ type: string; events: number }>(again.stdout)
  expect(ended?.type).toBe('reprocessed')
  expect(ended?.events).toBeGreaterThan(0)
  expect(ended?.events).toBeLessThanOrEqual(EVENTS - 500)
  expect(await runCli([...command, '--project', 'shop'], env)).toMatchObject({ code: 2 })
  await child.stop('SIGTERM')

  // The collector's rules held for all of them.
  const after = await openStore({ dataDir })
  const stored = await after.latest('default', EVENTS + 1)
  await after.close()
  const ofPartners = stored.filter(({ derived }) => derived.channel === 'Partners')
  expect([stored.length, ofPartners.length]).toEqual([EVENTS + 1, EVENTS])
  const inFolder = ['reprocess', '--json', '--data-dir', dataDir, '--config', config]
  expect((await runCli(inFolder)).stdout).toBe('{"type":"reprocessed","events":0}')
  expect((await runCli([...inFolder, '--all', '--since', '2026-02-01'])).stdout).toBe(
    '{"type":"reprocessed","events":1}',
  )
  const nothing = ['reprocess', '--data-dir', `${dataDir}/none`]
  expect(await runCli(nothing)).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no data folder') })
}, 180_000)
