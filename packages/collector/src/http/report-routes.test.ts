import { expect, test } from 'vitest'
import { testCollector } from '../../test/collector-setup.ts'
import { createCollector } from '../collector.ts'
import type { Count } from '../store/store.ts'

test('has 10,000 rows of health at most, those of the latest days, and says that there are more', {
  timeout: 60_000,
}, async () => {
  const { store } = await testCollector()
  const count = (name: string, day: number, number = 1): Count => ({
    project: 'default',
    day,
    kind: 'lost',
    name,
    count: number,
  })
  const counts = Array.from({ length: 10_000 }, (_, at) => count(`reason_${at}`, 20260130, at + 1))
  const collector = createCollector({ store, keys: [{ key: 'rk_reader' }], now: () => Date.UTC(2026, 0, 31) })
  const read = async () => {
    const request = new Request('http://collector.test/v1/reports/health', {
      headers: { authorization: 'Bearer rk_reader' },
    })
    const { counts, more } = await (await collector.fetch(request)).json()
    return { names: new Set(counts.map(({ name }: Count) => name)), more }
  }
  await store.append([], counts)
  expect(await read()).toMatchObject({ names: { size: 10_000 }, more: false })
  await store.append([], [count('late', 20260131)])
  const { names, more } = await read()
  expect([names.size, names.has('late'), names.has('reason_0'), names.has('reason_1'), more]).toEqual([
    10_000,
    true,
    false,
    true,
    true,
  ])
})
