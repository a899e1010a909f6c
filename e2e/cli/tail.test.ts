import type { TrackEvent } from '@threadline/schema'
import { expect, test } from 'vitest'
import { createLedger, sendBatch } from '../collector/load.ts'
import type { Child } from '../story/child-process.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { jsonLines, runCli, startCli } from './cli.ts'
import { type Collect, startCollect } from './collect.ts'

interface TailLine {
  readonly id: string
  readonly event: { readonly eventId: string }
}

const eventOf = (eventId: string, event = 'plan_viewed'): TrackEvent => ({
  eventId,
  event,
  userId: 'user_42',
  timestamp: new Date().toISOString(),
  properties: { plan: 'pro' },
})

const send = ({ url }: Collect, ...events: TrackEvent[]) => sendBatch(url, events, createLedger())

const shown = (tail: Child) =>
  jsonLines<Partial<TailLine>>(tail.output()).flatMap(({ event }) => (event ? [event.eventId] : []))

test('shows events as they come, goes on over a restart of the collector without a gap, and resumes by id', async () => {
  const dataDir = await temporaryDataDir()
  const first = await startCollect(dataDir)
  await send(first, eventOf('a'))
  const tail = startCli(['tail', '--json'], first.env)
  await expect.poll(() => shown(tail), { timeout: 60_000 }).toEqual(['a'])
  await send(first, eventOf('b'))
  await expect.poll(() => shown(tail), { timeout: 60_000 }).toEqual(['a', 'b'])

  expect(await first.child.stop('SIGTERM')).toBe(0)
  const second = await startCollect(dataDir, { port: Number(new URL(first.url).port) })
  await send(second, eventOf('c'), eventOf('d'))
  await expect.poll(() => shown(tail), { timeout: 60_000 }).toEqual(['a', 'b', 'c', 'd'])
  expect(await tail.stop('SIGINT')).toBe(0)

  const place = jsonLines<TailLine>(tail.output()).find(({ event }) => event?.eventId === 'b')?.id ?? ''
  const resumed = startCli(['tail', '--json', '--after', place], second.env)
  await expect.poll(() => shown(resumed), { timeout: 60_000 }).toEqual(['c', 'd'])
  expect(await resumed.stop('SIGTERM')).toBe(0)
  await second.child.stop('SIGTERM')
})

test('for people: one line an event, only those asked for, and nothing that steers the terminal', async () => {
  const collect = await startCollect(await temporaryDataDir())
  const hostile = { ...eventOf('x'), properties: { note: '\u001b[2J\u009b31m' } }
  await send(collect, eventOf('other', 'feature_used'), hostile)
  const tail = startCli(['tail', '--event', 'plan_viewed', '--person', 'user_42', '--sender', 'server'], collect.env)
  const [line] = await tail.printed(/.*plan_viewed.*\n/)
  expect(line).toContain('server  plan_viewed  user_42  {"note":')
  for (const steering of ['\u001b', '\u009b']) expect(line).not.toContain(steering)
  expect(tail.output()).not.toContain('feature_used')
  expect(await tail.stop('SIGINT')).toBe(0)
  await collect.child.stop('SIGTERM')
})

test('an unknown key, or no collector at all, ends it at once and says why', async () => {
  const collect = await startCollect(await temporaryDataDir())
  const key = 'sk_not_the_right_one'
  const refused = await runCli(['tail', '--json'], { ...collect.env, THREADLINE_KEY: key })
  expect(refused).toMatchObject({ code: 4, stdout: '' })
  expect(jsonLines(refused.stderr)).toEqual([
    { error: { code: 'access_denied', message: expect.stringContaining('unknown or revoked') } },
  ])
  expect(refused.stderr).not.toContain(key)
  await collect.child.stop('SIGTERM')
  const alone = await runCli(['tail'], collect.env)
  expect(alone.code).toBe(5)
  expect(alone.stderr).toContain('cannot be reached')
})
