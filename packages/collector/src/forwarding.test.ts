import type { Destination } from '@threadline/core'
import { threadline } from '@threadline/destinations'
import type { TrackEvent } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { onBothDatabases, type RunningCollector } from '../test/both-databases.ts'
import { KEYS } from '../test/collector-setup.ts'
import { trackEvent } from '../test/events.ts'
import { type FakeService, startFakeService } from '../test/fake-service.ts'
import type { ForwardOptions } from './forward/forward-options.ts'
import { resolveForwards } from './forward/forward-options.ts'
import type { LogEntry } from './log-entry.ts'

/** Each waits for a round of a forwarder or several, which are a second apart. */
const WAIT = { timeout: 60_000 }
const TEST = { timeout: 120_000 }

const now = () => new Date().toISOString()

/** Events of this moment. */
const events = (count: number, fields: Partial<TrackEvent> = {}): TrackEvent[] =>
  Array.from({ length: count }, () => trackEvent({ timestamp: now(), ...fields }))

const idsOf = (sent: readonly TrackEvent[]) => sent.map(({ eventId }) => eventId)

const to = ({ url }: FakeService, options: Partial<ForwardOptions> = {}): ForwardOptions => ({
  destination: threadline({ host: url, key: 'sk_of_the_service' }),
  ...options,
})

/** A service that counts what comes twice twice, and takes one event a request. */
function counting({ url }: FakeService): Destination {
  const destination = threadline({ host: url, key: 'sk_of_the_service' })
  return { ...destination, name: 'counting', dedupes: false, limits: { ...destination.limits, maxEvents: 1 } }
}

interface Forward {
  readonly name: string
  readonly pausedAt: string | null
  readonly progress: number | null
  readonly lagSeconds: number
  readonly trouble: { readonly code: string; readonly message: string } | null
  readonly outcomes: { readonly [outcome: string]: number }
}

async function forwardsOf(collector: RunningCollector): Promise<readonly Forward[]> {
  const response = await fetch(`${collector.url}/v1/forwards`, { headers: { authorization: `Bearer ${KEYS.reader}` } })
  return (await response.json()).forwards
}

async function outcomes(collector: RunningCollector, name = 'threadline') {
  return (await forwardsOf(collector)).find((forward) => forward.name === name)?.outcomes
}

onBothDatabases(({ start }) => {
  test('what is stored arrives once, in the order of storage, and counts', TEST, async () => {
    const service = await startFakeService()
    const collector = await start({ forward: [to(service)] })
    const sent = events(30)
    for (const event of sent) await collector.send(KEYS.browser, [event])
    await expect.poll(() => service.acknowledged, WAIT).toHaveLength(30)
    expect(service.acknowledged).toEqual(idsOf(sent))
    await expect.poll(() => outcomes(collector), WAIT).toEqual({ delivered: 30 })
    expect(await forwardsOf(collector)).toMatchObject([
      { lagSeconds: 0, progress: null, trouble: null, pausedAt: null },
    ])
  })

  test('it goes on where it stopped, and begins with what is stored after it is configured', TEST, async () => {
    const service = await startFakeService()
    const plain = await start()
    await plain.send(KEYS.server, events(3))
    await plain.close()
    const first = await start({ forward: [to(service)] })
    const sent = events(5)
    await first.send(KEYS.server, sent)
    await expect.poll(() => service.acknowledged, WAIT).toHaveLength(5)
    await first.close()
    const second = await start({ forward: [to(service)] })
    const more = events(5)
    await second.send(KEYS.server, more)
    await expect.poll(() => service.acknowledged, WAIT).toHaveLength(10)
    expect(service.acknowledged).toEqual(idsOf([...sent, ...more]))
  })

  test('a service that is down for a while gets everything when it is back, and holds nobody up', TEST, async () => {
    const [service, other] = [await startFakeService(), await startFakeService()]
    await service.close()
    const collector = await start({ forward: [to(service), to(other, { name: 'other' })] })
    const sent = events(40)
    expect((await collector.send(KEYS.server, sent)).status).toBe(200)
    await expect.poll(() => other.acknowledged, WAIT).toHaveLength(40)
    await expect.poll(async () => (await forwardsOf(collector)).at(1)?.trouble?.code, WAIT).toBe('unreachable')
    await service.listen()
    // The queue waits longer each time; looking is what an operator does who knows better.
    await collector.post('/v1/forwards/threadline/resume', {})
    await expect.poll(() => service.acknowledged, WAIT).toHaveLength(40)
    expect(new Set(service.acknowledged)).toEqual(new Set(idsOf(sent)))
    await expect.poll(async () => (await forwardsOf(collector)).at(1)?.trouble, WAIT).toBeNull()
  })

  test('one event that a service refuses is found, counted and left out; all others arrive', TEST, async () => {
    const service = await startFakeService()
    const logged: LogEntry[] = []
    const collector = await start({ forward: [to(service)], log: (entry) => logged.push(entry) })
    const sent = events(50)
    const poison = sent[17]?.eventId
    service.answer = (batch) => (batch.some(({ eventId }) => eventId === poison) ? 400 : 200)
    await collector.send(KEYS.server, sent)
    await expect.poll(() => outcomes(collector), WAIT).toEqual({ delivered: 49, validation_error: 1 })
    expect(new Set(service.acknowledged)).toEqual(new Set(idsOf(sent).filter((id) => id !== poison)))
    expect(logged.map(({ message }) => message).join()).toMatch(/an event was given up: HTTP 400/)
    expect(JSON.stringify(logged)).not.toContain('sk_of_the_service')
  })

  test('a refused configuration keeps everything, and says what is wrong', TEST, async () => {
    const service = await startFakeService()
    service.answer = () => 401
    const collector = await start({ forward: [to(service)] })
    await collector.send(KEYS.server, events(10))
    await expect.poll(async () => (await forwardsOf(collector))[0]?.trouble?.code, WAIT).toBe('unauthorized')
    service.answer = () => 200
    await collector.post('/v1/forwards/threadline/resume', {})
    await expect.poll(() => outcomes(collector), WAIT).toEqual({ delivered: 10 })
  })

  test('only the events that are named go, and those of the project', TEST, async () => {
    const service = await startFakeService()
    const collector = await start({ forward: [to(service, { events: ['purchase'], name: 'purchases' })] })
    const wanted = events(2, { event: 'purchase', value: 100, currency: 'EUR' })
    await collector.send(KEYS.other, events(3, { event: 'purchase', value: 100, currency: 'EUR' }))
    await collector.send(KEYS.server, [...events(3), ...wanted, ...events(3)])
    await expect.poll(() => outcomes(collector, 'purchases'), WAIT).toEqual({ delivered: 2 })
    expect(service.acknowledged).toEqual(idsOf(wanted))
    await expect.poll(async () => (await forwardsOf(collector))[0]?.lagSeconds, WAIT).toBe(0)
  })

  test('what was stored before goes too when it begins with a day', TEST, async () => {
    const service = await startFakeService()
    const plain = await start()
    const old = events(1, { timestamp: '2025-06-01T00:00:00.000Z' })
    const since = events(300, { timestamp: '2025-06-02T00:00:00.000Z' })
    await plain.send(KEYS.server, old)
    await plain.send(KEYS.server, since)
    await plain.close()
    const collector = await start({ forward: [to(service, { from: '2025-06-02' })] })
    const fresh = events(3)
    await collector.send(KEYS.server, fresh)
    await expect.poll(() => outcomes(collector), WAIT).toEqual({ delivered: 303 })
    expect(service.acknowledged).toEqual([...idsOf(since).sort(), ...idsOf(fresh)])
    await expect.poll(async () => (await forwardsOf(collector))[0]?.progress, WAIT).toBe(1)
  })

  test('it begins anew when it is told to', TEST, async () => {
    const service = await startFakeService()
    const collector = await start({ forward: [to(service)] })
    const sent = events(5)
    await collector.send(KEYS.server, sent)
    await expect.poll(() => outcomes(collector), WAIT).toEqual({ delivered: 5 })
    const begin = (from: string) => collector.post('/v1/forwards/threadline/begin', { from })
    expect((await begin('yesterday')).status).toBe(400)
    expect((await begin('2025-01-01')).status).toBe(200)
    await expect.poll(() => outcomes(collector), WAIT).toEqual({ delivered: 10 })
    expect(new Set(service.acknowledged)).toEqual(new Set(idsOf(sent)))
  })

  test('a pause stops requests, also over a restart, and the rest goes when it is resumed', TEST, async () => {
    const service = await startFakeService()
    const first = await start({ forward: [to(service)] })
    await first.send(KEYS.server, events(2))
    await expect.poll(() => outcomes(first), WAIT).toEqual({ delivered: 2 })
    expect((await first.post('/v1/forwards/threadline/pause', {})).status).toBe(200)
    expect((await first.post('/v1/forwards/nowhere/pause', {})).status).toBe(404)
    expect((await first.post('/v1/forwards/threadline/pause', {}, { key: KEYS.reader })).status).toBe(403)
    await first.send(KEYS.server, events(3))
    await first.close()
    const collector = await start({ forward: [to(service), to(service, { name: 'witness' })] })
    await collector.send(KEYS.server, events(4))
    // The other one has gone on, in rounds of the same length.
    await expect.poll(() => outcomes(collector, 'witness'), WAIT).toEqual({ delivered: 4 })
    expect(await outcomes(collector)).toEqual({ delivered: 2 })
    expect((await forwardsOf(collector))[0]?.pausedAt).not.toBeNull()
    await collector.post('/v1/forwards/threadline/resume', {})
    await expect.poll(() => outcomes(collector), WAIT).toEqual({ delivered: 9 })
  })

  describe('what has not gone yet', () => {
    /** A collector whose events wait, since the service fails. */
    async function waiting(options: Partial<ForwardOptions> = {}) {
      const service = await startFakeService()
      service.answer = () => 503
      const collector = await start({ forward: [to(service, options)] })
      const release = async () => {
        service.answer = () => 200
        await collector.post('/v1/forwards/threadline/resume', {})
      }
      const tried = () => expect.poll(() => service.requests.length, WAIT).toBeGreaterThan(0)
      return { service, collector, release, tried }
    }

    test('does not go when the person is erased', TEST, async () => {
      const { service, collector, release, tried } = await waiting()
      const [theirs, others] = [events(5, { anonymousId: 'visitor-gone' }), events(5)]
      await collector.send(KEYS.server, [...theirs, ...others])
      await tried()
      expect((await collector.post('/v1/people/visitor-gone/forget', {})).status).toBe(200)
      await release()
      await expect.poll(() => outcomes(collector), WAIT).toEqual({ delivered: 5, erased: 5 })
      expect(new Set(service.acknowledged)).toEqual(new Set(idsOf(others)))
    })

    /** Two visitors who agreed to ads, of whom one takes that back while their events wait. */
    async function refusing(options: Partial<ForwardOptions>) {
      const { service, collector, release, tried } = await waiting(options)
      const [no, yes] = ['visitor-no', 'visitor-yes'].map((anonymousId) =>
        events(2, { anonymousId, consent: { analytics: true, ads: true } }),
      )
      await collector.send(KEYS.server, [...(no ?? []), ...(yes ?? [])])
      await tried()
      const refusal = trackEvent({ timestamp: now(), anonymousId: 'visitor-no', consent: { ads: false } })
      await collector.send(KEYS.server, [refusal])
      await release()
      return { service, collector, no: idsOf(no ?? []), yes: idsOf(yes ?? []), refusal }
    }

    test('goes without ads when the person refuses them', TEST, async () => {
      const { service, collector, no, yes, refusal } = await refusing({})
      await expect.poll(() => outcomes(collector), WAIT).toEqual({ delivered: 5 })
      const sent = new Map(service.requests.flatMap((request) => request.events.map((event) => [event.eventId, event])))
      const adsOf = (ids: readonly string[]) => ids.map((id) => sent.get(id)?.consent?.ads)
      expect(adsOf([...no, refusal.eventId])).toEqual([false, false, false])
      expect(adsOf(yes)).toEqual([true, true])
    })

    test('does not go where consent to ads is needed, when the person refuses them', TEST, async () => {
      const { service, collector, yes } = await refusing({ consent: 'ads' })
      await expect.poll(() => outcomes(collector), WAIT).toEqual({ delivered: 2, consent_denied: 3 })
      expect(new Set(service.acknowledged)).toEqual(new Set(yes))
    })

    test('goes only with consent to ads, where that is asked for', TEST, async () => {
      const service = await startFakeService()
      const collector = await start({ forward: [to(service, { consent: 'ads' })] })
      const agreed = events(2, { anonymousId: 'visitor-yes', consent: { ads: true } })
      await collector.send(KEYS.server, [...events(2), ...agreed, ...events(1, { consent: { ads: false } })])
      await expect.poll(() => outcomes(collector), WAIT).toEqual({ delivered: 2, consent_denied: 3 })
      expect(service.acknowledged).toEqual(idsOf(agreed))
    })
  })

  test('a refusal that is stored long after an event is found when that event goes', TEST, async () => {
    const service = await startFakeService()
    const plain = await start()
    // More than a page lies between them, and the user is known by a link alone.
    await plain.send(KEYS.server, events(1, { anonymousId: 'visitor-no' }))
    for (let batch = 0; batch < 2; batch += 1) await plain.send(KEYS.server, events(150))
    await plain.send(KEYS.server, events(1, { anonymousId: 'visitor-no', userId: 'user-no', consent: { ads: false } }))
    await plain.send(KEYS.server, events(1, { anonymousId: 'visitor-no', properties: { consent: { ads: true } } }))
    await plain.close()
    const collector = await start({ forward: [to(service, { from: '2020-01-01' })] })
    await expect.poll(() => outcomes(collector), WAIT).toEqual({ delivered: 303 })
    const refused = service.requests.flatMap((request) =>
      request.events.filter(({ consent }) => consent?.ads === false),
    )
    expect(refused.map(({ anonymousId }) => anonymousId)).toEqual(['visitor-no', 'visitor-no'])
  })

  test('metrics tell how far each destination is, to those who may see projects', TEST, async () => {
    const service = await startFakeService()
    const metricsKey = 'mk_test_metrics'
    const collector = await start({
      keys: [{ key: KEYS.server }, { key: KEYS.reader }, { key: metricsKey }],
      forward: [to(service)],
    })
    await collector.send(KEYS.server, events(3))
    await expect.poll(() => outcomes(collector), WAIT).toEqual({ delivered: 3 })
    const metrics = async (key: string) =>
      (await fetch(`${collector.url}/metrics`, { headers: { authorization: `Bearer ${key}` } })).text()
    const labels = 'project="default",destination="threadline"'
    const text = await metrics(metricsKey)
    expect(text).toContain(`threadline_forwarded_events_total{${labels},outcome="delivered"} 3`)
    expect(text).toContain(`threadline_forward_lag_seconds{${labels}} 0`)
    expect(text).toContain(`threadline_forward_paused{${labels}} 0`)
    expect(text).toContain(`threadline_forward_failing{${labels}} 0`)
    expect(await metrics(KEYS.reader)).not.toContain('threadline_forward')
  })

  test('a service that counts twice gets everything once, request by request', TEST, async () => {
    const service = await startFakeService()
    const collector = await start({ forward: [counting(service)] })
    const sent = events(120)
    await collector.send(KEYS.server, sent)
    await expect.poll(() => outcomes(collector, 'counting'), WAIT).toEqual({ delivered: 120 })
    expect(service.acknowledged).toHaveLength(120)
    expect(new Set(service.acknowledged)).toEqual(new Set(idsOf(sent)))
  })
})

describe('what is refused at the start', () => {
  const destination = threadline({ host: 'http://127.0.0.1:1', key: 'sk_of_the_service' })

  test.each<[string, Partial<ForwardOptions>]>([
    ['1 to 64', { name: 'a b' }],
    ['1 to 64', { project: 'a/b' }],
    ['2026-01-31', { from: 'tomorrow' }],
    ['2026-01-31', { from: '2026-02-31T99:99:00Z' }],
    ['names no event', { events: [] }],
  ])('%s: %j', (message, options) => {
    expect(() => resolveForwards([{ destination, ...options }])).toThrow(message)
  })

  test('two of one name in a project, and not in two', () => {
    expect(() => resolveForwards([destination, { destination }])).toThrow('default/threadline is there twice')
    expect(resolveForwards([destination, { destination, project: 'shop' }])).toHaveLength(2)
  })
})
