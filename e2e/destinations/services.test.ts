import { randomUUID } from 'node:crypto'
import type { Destination } from '@threadline/core'
import { isThreadlineError } from '@threadline/core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { subject } from './lib/client.ts'
import { type ServicesCollector, startServicesCollector } from './lib/collector.ts'
import { type Gate, openGate } from './lib/gate.ts'
import { SERVICES } from './lib/services.ts'

let collector: ServicesCollector
beforeAll(async () => {
  collector = await startServicesCollector()
})
afterAll(() => collector.stop())

async function gate(): Promise<Gate> {
  const opened = await openGate(collector.url)
  onTestFinished(() => opened.close())
  return opened
}

/** A client for one destination, and three events of a visitor nobody else has. */
function threeEvents(destination: Destination) {
  const visitor = randomUUID()
  const { client, drops, errors } = subject(destination)
  const ids = ['a', 'b', 'c'].map((name) => `${name}_${visitor}`)
  for (const eventId of ids) client.capture({ event: 'report_opened', eventId, anonymousId: visitor })
  return { client, drops, errors, visitor, ids }
}

/** The code with which a promise rejects. */
async function codeOf(promise: Promise<unknown>): Promise<string> {
  const failure: unknown = await promise.then(
    () => 'nothing',
    (error: unknown) => error,
  )
  return isThreadlineError(failure) ? failure.code : String(failure)
}

describe.each(SERVICES)('$title', ({ connect, refused }) => {
  test('what the server captured is one timeline in the collector', async () => {
    const visitor = randomUUID()
    const { client, drops } = subject(connect(collector.url))
    client.capture({ event: 'report_opened', anonymousId: visitor, timestamp: '2026-01-31T09:00:00Z' })
    client.capture({
      event: 'signup_completed',
      anonymousId: visitor,
      timestamp: '2026-01-31T09:01:00Z',
      properties: { method: 'email' },
    })
    client.capture({
      event: 'purchase',
      eventId: `order_${visitor}`,
      anonymousId: visitor,
      timestamp: '2026-01-31T09:02:00Z',
      value: 4_990,
      currency: 'KWD',
    })
    expect(await client.flush()).toEqual({ delivered: 3, duplicates: 0, dropped: 0 })
    expect(drops).toEqual([])

    const events = await collector.timeline(visitor)
    expect(events.map(({ event }) => event).sort()).toEqual(['purchase', 'report_opened', 'signup_completed'])
    expect(events.find(({ event }) => event === 'purchase')).toMatchObject({
      eventId: `order_${visitor}`,
      value: 4_990,
      currency: 'KWD',
    })
    expect(events.find(({ event }) => event === 'signup_completed')).toMatchObject({ properties: { method: 'email' } })
  })

  test.each(refused)(
    '%s by the dialect itself: the client pauses, tells, and keeps everything',
    async (reason, wrong) => {
      const { client, drops, errors, visitor } = threeEvents(wrong(collector.url))
      expect(await codeOf(client.flush())).toBe(reason)
      expect(client.stats()).toMatchObject({ pending: 3, delivered: 0 })
      expect(errors).toEqual([reason])
      expect(drops).toEqual([])
      expect(await collector.timeline(visitor)).toEqual([])
    },
  )

  test.each([
    [401, 'unauthorized'],
    [402, 'quota_exceeded'],
    [403, 'forbidden'],
    [404, 'not_found'],
  ])('%i pauses as %s: nothing is lost', async (status, reason) => {
    const between = await gate()
    between.refuseNext({ status })
    const { client, drops, errors } = threeEvents(connect(between.url))
    expect(await codeOf(client.flush())).toBe(reason)
    // Whoever waits is worth a probe: it meets the same answer, and the next one a service that is mended.
    between.refuseNext({ status })
    expect(await codeOf(client.flush())).toBe(reason)
    expect(client.stats()).toMatchObject({ pending: 3, delivered: 0 })
    expect([errors, drops]).toEqual([[reason], []])
    expect(await client.flush()).toMatchObject({ delivered: 3, dropped: 0 })
  })

  test('413 halves a batch; a single event that is too large is dropped and told', async () => {
    const between = await gate()
    between.refuseNext({ status: 413 })
    const destination = connect(between.url)
    const { client, drops, visitor, ids } = threeEvents(destination)
    await client.flush()
    const single = destination.limits.maxEvents === 1
    expect(drops).toEqual(single ? [`${ids[0]}: payload_too_large`] : [])
    expect(await collector.timeline(visitor)).toHaveLength(single ? 2 : 3)
  })

  test('429 waits as long as Retry-After says, then everything arrives once', async () => {
    const between = await gate()
    between.refuseNext({ status: 429, headers: { 'retry-after': '1' } })
    const { client, visitor, ids } = threeEvents(connect(between.url))
    expect(await client.flush()).toMatchObject({ delivered: 3, dropped: 0 })
    const waited = (between.arrivals.at(-1) ?? 0) - (between.arrivals[0] ?? 0)
    expect(waited).toBeGreaterThanOrEqual(990)
    expect(idsOf(await collector.timeline(visitor))).toEqual(ids)
  })

  test('500 is tried again, then everything arrives once', async () => {
    const between = await gate()
    between.refuseNext({ status: 500 })
    const { client, errors, visitor, ids } = threeEvents(connect(between.url))
    expect(await client.flush()).toMatchObject({ delivered: 3, dropped: 0 })
    expect(errors).toEqual(['server_error'])
    expect(idsOf(await collector.timeline(visitor))).toEqual(ids)
  })

  test('after a lost answer the events are in our own collector exactly once', async () => {
    const between = await gate()
    between.loseNext()
    const { client, visitor, ids } = threeEvents(connect(between.url))
    expect(await client.flush()).toMatchObject({ delivered: 3, dropped: 0 })
    expect(between.answers[0]).toBe('lost')
    expect(between.answers.length).toBeGreaterThan(1)
    expect(idsOf(await collector.timeline(visitor))).toEqual(ids)
  })
})

function idsOf(events: readonly { readonly eventId: string }[]): readonly string[] {
  return events.map(({ eventId }) => eventId).sort()
}

describe('a batch with one event that the service refuses', () => {
  async function poisoned(title: string) {
    const service = SERVICES.find((candidate) => candidate.title === title)
    if (!service) throw new Error(`no service called ${title}`)
    const between = await gate()
    between.refuseWith('poison', { status: 400 })
    const visitor = randomUUID()
    const { client, drops } = subject(service.connect(between.url))
    for (const eventId of ['good_1', 'good_2', 'poison', 'good_3']) {
      client.capture({ event: 'report_opened', eventId: `${eventId}_${visitor}`, anonymousId: visitor })
    }
    await client.flush()
    return { drops, stored: idsOf(await collector.timeline(visitor)), visitor }
  }

  test.each([['Servoki'], ['Millimetric']])('%s: the good ones arrive, the bad one is told', async (title) => {
    const { drops, stored, visitor } = await poisoned(title)
    expect(drops).toEqual([`poison_${visitor}: validation_error`])
    expect(stored).toEqual(['good_1', 'good_2', 'good_3'].map((id) => `${id}_${visitor}`))
  })

  test.each([['FunnelFizz'], ['analyse.net'], ['Web Analyzer']])(
    '%s does not say what it stored, so all are given up and told rather than counted twice',
    async (title) => {
      const { drops, stored } = await poisoned(title)
      expect(drops).toHaveLength(4)
      expect(stored).toEqual([])
    },
  )
})

test('several services at once: one that fails delays no other', async () => {
  const down = await gate()
  down.refuseWith('', { status: 503 })
  const visitor = randomUUID()
  const failing = SERVICES[0]?.connect(down.url)
  if (!failing) throw new Error('there are no services')
  const { client } = subject(failing, ...SERVICES.slice(1).map(({ connect }) => connect(collector.url)))
  // The same id everywhere: one collector behind four services keeps one event.
  client.capture({ event: 'report_opened', eventId: `shared_${visitor}`, anonymousId: visitor })
  expect(await codeOf(client.flush({ timeoutMs: 1_500 }))).toBe('flush_timeout')
  const { queues } = client.stats()
  expect(queues['funnelfizz']).toMatchObject({ pending: 1, delivered: 0 })
  for (const name of ['servoki', 'millimetric', 'analyse', 'webAnalyzer']) {
    expect(queues[name], name).toMatchObject({ pending: 0, delivered: 1 })
  }
  expect(await collector.timeline(visitor)).toHaveLength(1)
})
