import { describe, expect, test } from 'vitest'
import { batch, KEYS, NOW, testCollector } from '../test/collector-setup.ts'
import { trackEvent } from '../test/events.ts'
import { createCollector } from './collector.ts'

/** A collector whose report of stages does not end before {@link release} is called. */
async function withSlowReports() {
  const { store } = await testCollector()
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const collector = createCollector({
    store: { ...store, stages: (project) => released.then(() => store.stages(project)) },
    keys: [{ key: KEYS.server }, { key: KEYS.other, project: 'other' }],
    now: () => NOW,
  })
  const get = (path: string, key: string = KEYS.server) =>
    collector.fetch(new Request(`http://collector.test${path}`, { headers: { authorization: `Bearer ${key}` } }))
  return { collector, get, release }
}

describe('forty readers at once', { timeout: 60_000 }, () => {
  test('are answered in turn or told when to come back, and everything else goes on', async () => {
    const { collector, get, release } = await withSlowReports()
    const answers: Response[] = []
    const reports = Array.from({ length: 40 }, () =>
      get('/v1/reports/stages').then((answer) => {
        answers.push(answer)
        return answer
      }),
    )
    await expect.poll(() => answers.length).toBe(19)
    for (const answer of answers) {
      expect(answer.status).toBe(503)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      expect(await answer.json()).toMatchObject({ error: { code: 'too_busy' } })
    }

    // One project's readers do not use up the places of another's.
    const others = get('/v1/reports/stages', KEYS.other)
    const sent = await collector.fetch(
      new Request('http://collector.test/v1/batch', {
        method: 'POST',
        headers: { authorization: `Bearer ${KEYS.server}`, 'content-type': 'application/json' },
        body: JSON.stringify(batch([trackEvent()])),
      }),
    )
    expect(await sent.json()).toMatchObject({ stored: 1 })
    expect((await get('/v1/people/visitor-0001')).status).toBe(200)

    release()
    expect((await others).status).toBe(200)
    const statuses = (await Promise.all(reports)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(21)
  })
})

describe('the live page', { timeout: 60_000 }, () => {
  test('has as many requests as a key for reading', async () => {
    const page = new Map([['/index.html', { type: 'text/html', body: new Uint8Array() }]])
    const { store } = await testCollector()
    const served = createCollector({ store, page, now: () => NOW })
    const link = `http://collector.test/login?token=${await served.issueLoginToken('default')}`
    const login = await served.fetch(new Request(link, { method: 'POST' }))
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
    const statuses: number[] = []
    for (let n = 0; n < 201; n += 1) {
      const answer = await served.fetch(new Request('http://collector.test/v1/events', { headers: { cookie } }))
      statuses.push(answer.status)
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(200)
    expect(statuses.at(-1)).toBe(429)
  })
})

describe('health', () => {
  test('is told while the keys cannot be read', async () => {
    const { store } = await testCollector()
    const collector = createCollector({ store: { ...store, keys: () => new Promise(() => undefined) } })
    const answer = await collector.fetch(new Request('http://collector.test/healthz'))
    expect(answer.status).toBe(200)
  })
})
