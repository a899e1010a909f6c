import { expect, test } from 'vitest'
import { countTests, type VitestReport } from './test-counts.ts'

/** A report of one file whose tests ended like this, each named after how it ended. */
const report = (status: string, ...endings: string[]): VitestReport => ({
  testResults: [
    { name: 'a.test.ts', status, assertionResults: endings.map((ending) => ({ fullName: ending, status: ending })) },
  ],
})

test('counts each ending, and names what did not run', () => {
  expect(countTests(report('failed', 'passed', 'passed', 'failed', 'skipped', 'pending', 'todo'), false)).toEqual({
    passed: 2,
    failed: 1,
    skipped: ['skipped', 'pending', 'todo'],
  })
})

test('a file that could not be loaded is a failure', () => {
  expect(countTests(report('failed'), false).failed).toBe(1)
})

test('a run that ends badly without a failed test is a failure', () => {
  expect(countTests(report('passed', 'passed'), false)).toEqual({ passed: 1, failed: 1, skipped: [] })
})

test('no report is a failure', () => {
  expect(countTests({ testResults: [] }, false).failed).toBe(1)
})

test('a good run has none', () => {
  expect(countTests(report('passed', 'passed'), true)).toEqual({ passed: 1, failed: 0, skipped: [] })
})
