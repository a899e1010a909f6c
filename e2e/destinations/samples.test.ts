import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ServicesCollector, startServicesCollector } from './lib/collector.ts'
import { sampleEnvironment, samplePath } from './lib/samples.ts'
import { SERVICES } from './lib/services.ts'

const LANGUAGES = [
  { language: 'curl', needs: 'curl', command: ['sh'], file: 'curl.sh' },
  { language: 'Node', needs: 'node', command: ['node'], file: 'node.mjs' },
  { language: 'Python', needs: 'python3', command: ['python3'], file: 'python.py' },
  { language: 'PHP', needs: 'php', command: ['php'], file: 'php.php' },
  { language: 'Ruby', needs: 'ruby', command: ['ruby'], file: 'ruby.rb' },
] as const

let collector: ServicesCollector
beforeAll(async () => {
  collector = await startServicesCollector()
})
afterAll(() => collector.stop())

/** What each sample reports: a paid order where the service has money, the start of a trial where it has none. */
const EXPECTED: { readonly [page: string]: object } = {
  funnelfizz: { event: 'trial_start', email: 'sam@example.com', path: '/api/signup' },
  servoki: { event: 'purchase', value: 4_990, currency: 'EUR', consent: { ads: true } },
  millimetric: { event: 'completed_checkout', value: 4_990, currency: 'EUR' },
  analyse: { event: 'checkout_finished', value: 4_990, currency: 'EUR' },
  'web-analyzer': { event: 'purchase', value: 4_990, currency: 'EUR', url: 'https://example.com/checkout' },
}

describe.each(LANGUAGES)('$language', ({ language, needs, command: [program], file }) => {
  const isHere = spawnSync(needs, ['--version'], { stdio: 'ignore' }).status === 0
  const title = isHere ? 'its sample for $title works by changing the host' : `$title (skipped: no ${language} here)`

  test.skipIf(!isHere).each(SERVICES)(title, async ({ page }) => {
    const visitor = randomUUID()
    await execa(program, [samplePath(page, file)], { env: sampleEnvironment(collector.url, visitor), timeout: 60_000 })
    // FunnelFizz's samples in other languages have the same address, which makes their visitors one person.
    const events = (await collector.timeline(visitor)).filter(({ anonymousId }) => anonymousId === visitor)
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({ anonymousId: visitor, properties: { plan: 'pro' }, ...EXPECTED[page] })
  })
})
