import { DEMO_KEYS } from '@threadline/example-shop/demo'
import { expect, test } from 'vitest'
import { temporaryDataDir } from './data-dir.ts'
import { startDemoCommand } from './demo-command.ts'

interface Overview {
  readonly from: string
  readonly totals: { readonly visitors: number; readonly revenue: readonly { readonly amount: number }[] }
  readonly previous: { readonly totals: { readonly visitors: number } }
}

interface Series {
  readonly points: readonly { readonly visitors: number }[]
}

interface People {
  readonly people: readonly { readonly identified: boolean; readonly email: string | null }[]
}

interface Breakdown {
  readonly rows: readonly { readonly value: string | null; readonly visitors: number }[]
}

test('demo --seed plays two months of a shop, each event at its time, and tells how far it is', {
  timeout: 180_000,
}, async () => {
  const { child, collectorUrl } = await startDemoCommand(await temporaryDataDir(), ['--seed'])
  const output = child.output()
  expect(output).toMatch(/Playing thirty days of traffic[^\n]*: 20 %/)
  expect(output).toMatch(/Played \d{4} visits in \d+ s\.\n/)

  async function read<T>(path: string): Promise<T> {
    const response = await fetch(new URL(path, collectorUrl), {
      headers: { authorization: `Bearer ${DEMO_KEYS.read}` },
    })
    expect(response.status, path).toBe(200)
    return response.json()
  }

  const { totals, previous } = await read<Overview>('/v1/reports/overview?compare=true')
  expect(totals.visitors).toBeGreaterThan(previous.totals.visitors)
  expect(previous.totals.visitors).toBeGreaterThan(500)
  expect(totals.revenue[0]?.amount).toBeGreaterThan(0)
  const { points } = await read<Series>('/v1/reports/series')
  expect(points).toHaveLength(30)
  // The last day may have begun a moment ago.
  for (const { visitors } of points.slice(0, -1)) expect(visitors).toBeGreaterThan(10)

  const valuesOf = async (dimension: string) => {
    const { rows } = await read<Breakdown>(`/v1/reports/breakdown?dimension=${dimension}&limit=50`)
    return rows.map(({ value }) => value)
  }
  expect(await valuesOf('country')).toEqual(expect.arrayContaining(['US', 'DE', 'GB', 'FR']))
  expect(await valuesOf('city')).toContain('Zürich')
  expect(await valuesOf('device')).toEqual(expect.arrayContaining(['desktop', 'mobile', 'tablet']))
  expect(await valuesOf('campaign')).toEqual(expect.arrayContaining(['autumn-roasts', 'beans-search', 'latte-art']))
  expect(await valuesOf('channel')).toEqual(
    expect.arrayContaining(['direct', 'organic_search', 'paid_search', 'email', 'ai_assistants', 'affiliates']),
  )
  expect(await valuesOf('event')).toEqual(
    expect.arrayContaining(['signup_completed', 'checkout_finished', 'subscription_renewed', 'refunded']),
  )
  const { people } = await read<People>('/v1/people?limit=500')
  expect(people.filter(({ email }) => email !== null).length).toBeGreaterThan(10)
  expect(await child.stop('SIGINT')).toBe(0)
})
