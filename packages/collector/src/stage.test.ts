import { expect, test } from 'vitest'
import { stageAfter } from './stage.ts'

test.each([
  [[], 'visitor'],
  [['$pageview', 'toString'], 'visitor'],
  [['signup'], 'consideration'],
  [['$identify'], 'consideration'],
  [['trial_signup'], 'trial'],
  [['trial_start', 'signup'], 'trial'],
  [['purchase', 'trial_started'], 'customer'],
])('%j is a %s', (events, stage) => {
  expect(stageAfter(events)).toBe(stage)
})
