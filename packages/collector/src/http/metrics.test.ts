import { describe, expect, test } from 'vitest'
import { batch, KEYS, testCollector } from '../../test/collector-setup.ts'
import { trackEvent } from '../../test/events.ts'
import { createMetrics } from './metrics.ts'

const OPERATOR = 'mk_test_operator'

/** The value of a metric by its name and labels; undefined when it is not shown. */
function shown(text: string, metric: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${metric} `))
  return line === undefined ? undefined : Number(line.slice(metric.length + 1))
}

async function setup() {
  const { post, get } = await testCollector({
    keys: [{ key: KEYS.server }, { key: KEYS.reader }, { key: KEYS.other, project: 'other' }, { key: OPERATOR }],
  })
  const event = trackEvent()
  await post('/v1/batch', batch([event, event, trackEvent()]))
  await post('/v1/batch', batch([trackEvent()]), { key: KEYS.other })
  await get('/v1/reports/stages')
  return { post, get, metrics: async (key: string) => (await get('/metrics', key)).text() }
}

describe('GET /metrics', () => {
  test('shows what alerts need, and each project, to an mk_ key', async () => {
    const text = await (await setup()).metrics(OPERATOR)
    expect(shown(text, 'threadline_project_events_total{project="default",outcome="stored"}')).toBe(2)
    expect(shown(text, 'threadline_project_events_total{project="default",outcome="duplicate"}')).toBe(1)
    expect(shown(text, 'threadline_project_events_total{project="other",outcome="stored"}')).toBe(1)
    expect(shown(text, 'threadline_read_seconds_count{kind="reports"}')).toBe(1)
    expect(shown(text, 'threadline_disk_free_bytes')).toBeGreaterThan(0)
    for (const idle of ['waiting_requests', 'waiting_bytes', 'held_bytes', 'waiting_reports', 'live_streams']) {
      expect(shown(text, `threadline_${idle}`)).toBe(0)
    }
  })

  test('shows no project to other keys, which may be those of one', async () => {
    const text = await (await setup()).metrics(KEYS.reader)
    expect(shown(text, 'threadline_events_total{outcome="stored"}')).toBe(3)
    expect(text).not.toContain('project=')
  })

  test.each([
    '/v1/events',
    '/v1/live',
    '/v1/people',
    '/v1/people/visitor-0001',
    '/v1/people/visitor-0001/export',
    '/v1/reports/health',
  ])('is all that an mk_ key opens: not %s', async (path) => {
    expect((await (await setup()).get(path, OPERATOR)).status).toBe(403)
  })

  test('is all that an mk_ key opens: it sends and erases nothing', async () => {
    const { post } = await setup()
    for (const path of ['/v1/batch', '/v1/validate', '/v1/track', '/v1/people/visitor-0001/forget']) {
      expect((await post(path, batch([trackEvent()]), { key: OPERATOR })).status).toBe(403)
    }
  })
})

test.each<[string, () => Promise<never>]>([
  ['fails', () => Promise.reject(new Error('the database is away'))],
  ['does not answer', () => new Promise(() => undefined)],
])('numbers of the process are told although the database %s', async (_, read) => {
  const metrics = createMetrics()
  metrics.watchForwards(read)
  metrics.request('GET', 200)
  const text = await metrics.text({ withProjects: true })
  expect(text).toContain('threadline_requests_total{method="GET",status="200"} 1')
  expect(text).not.toMatch(/^threadline_forward_lag_seconds\S* \d/m)
})
