import { expect, test } from 'vitest'
import { describeWithBrowser } from '../browser/engines.ts'
import { namesOf, readLatest, readTimeline } from './collector-reads.ts'
import { temporaryDataDir } from './data-dir.ts'
import { startDemoCommand } from './demo-command.ts'
import { STORY } from './visitor.ts'

const HOUR_MS = 3_600_000

/** How much of the whole story a visitor may leave behind: landing, prices, sign-up, or all of it. */
const LENGTHS = [1, 3, 8, STORY.length]

/** Plays the seed and checks that the collector holds 40 whole stories of the past hour, each ending where it may. */
async function playSeed(env: NodeJS.ProcessEnv, expected: RegExp): Promise<void> {
  const { child, collectorUrl } = await startDemoCommand(await temporaryDataDir(), ['--seed'], env)
  await child.printed(expected)
  const now = Date.now()
  const events = (await readLatest(collectorUrl)).map(({ event }) => event)
  const ages = events.map(({ timestamp }) => now - Date.parse(timestamp))
  expect(Math.min(...ages)).toBeGreaterThan(0)
  // The hour before the seed began, which was at most a minute ago.
  expect(Math.max(...ages)).toBeLessThan(HOUR_MS + 60_000)
  expect(Math.max(...ages)).toBeGreaterThan(HOUR_MS / 2)

  const visitors = [...new Set(events.map(({ anonymousId }) => anonymousId ?? ''))]
  expect(visitors).toHaveLength(40)
  const lengths = new Set<number>()
  for (const visitor of visitors) {
    const names = namesOf(await readTimeline(collectorUrl, visitor))
    expect(names).toEqual(STORY.slice(0, names.length))
    lengths.add(names.length)
  }
  expect([...lengths].sort((a, b) => a - b)).toEqual(LENGTHS)
  expect(await child.stop('SIGINT')).toBe(0)
}

describeWithBrowser('chromium', 'demo --seed', (chromium) => {
  test('plays an hour of visits on the real pages', () =>
    playSeed({ CHROMIUM_PATH: chromium }, /Played [1-9]\d* visits in the browser/))
})

test('demo --seed plays the same visits without a browser, and says so', () =>
  playSeed(
    { CHROMIUM_PATH: '/nowhere/chromium' },
    /no Chromium was found[\s\S]*Played 0 visits in the browser and 40 without/,
  ))
