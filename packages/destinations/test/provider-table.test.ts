import { readFileSync } from 'node:fs'
import type { Destination } from '@threadline/core'
import { expect, test } from 'vitest'
import { amplitude, ga4, mixpanel, plausible, posthog, segment } from '../src/index.ts'
import { refusalOf } from './event.ts'

/** Tables are padded by the formatter. */
const page = readFileSync(new URL('../../../docs/providers/index.md', import.meta.url), 'utf8').replaceAll(
  / +\|/g,
  ' |',
)

interface Row {
  readonly title: string
  readonly file: string
  readonly destination: Destination
}

const ROWS: readonly Row[] = [
  { title: 'Amplitude', file: 'amplitude', destination: amplitude({ apiKey: 'k' }) },
  { title: 'Google Analytics 4', file: 'ga4', destination: ga4({ measurementId: 'G-1', apiSecret: 's' }) },
  { title: 'Segment', file: 'segment', destination: segment({ writeKey: 'wk' }) },
  { title: 'Mixpanel', file: 'mixpanel', destination: mixpanel({ token: 't' }) },
  { title: 'Plausible', file: 'plausible', destination: plausible({ domain: 'shop.example' }) },
  { title: 'PostHog', file: 'posthog', destination: posthog({ key: 'phc_x' }) },
]

/** Which calls about a person the service takes as such. */
function calls(destination: Destination): string {
  const ids = { anonymousId: 'visitor-1234', userId: 'user_42' }
  const taken = {
    identify: refusalOf(destination, { ...ids, event: '$identify', traits: { plan: 'pro' } }),
    group: refusalOf(destination, { ...ids, event: '$group', properties: { groupId: 'acme' } }),
    alias: refusalOf(destination, { ...ids, event: '$alias', properties: { previousId: 'old_7' } }),
  }
  const names = Object.entries(taken).filter(([, refusal]) => refusal === undefined)
  return names.map(([name]) => name).join(', ') || 'none'
}

function cellsOf({ title, file, destination }: Row): readonly string[] {
  const { limits, visitorIdStore, secret } = destination
  const { maxEvents, rate } = limits
  return [
    `[${title}](./${file}.md)`,
    `${maxEvents}`,
    rate ? `${rate.requests} in ${rate.intervalMs / 1_000} s` : 'not documented',
    secret ? 'no' : 'yes',
    calls(destination),
    visitorIdStore ? `\`${visitorIdStore.name}\`` : 'none',
  ]
}

test.each(ROWS)('the documentation’s row for $title is what is true', (row) => {
  const cells = cellsOf(row).join(' | ')
  const line = page.split('\n').find((text) => text.startsWith(`| ${cells} |`))
  expect(line, cells).toBeDefined()
  // The last cell says for how long.
  const dedupes = line?.slice(`| ${cells} | `.length) ?? ''
  expect(dedupes).toMatch(row.destination.dedupes ? /^yes, / : /^no/)
})
