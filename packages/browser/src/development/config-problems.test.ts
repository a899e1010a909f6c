import { millimetric } from '@threadline/destinations/millimetric'
import { expect, test } from 'vitest'
import { configProblems } from './config-problems.ts'

const page = { protocol: 'https:', hostname: 'shop.example.com' }
const config = { key: 'pk_demo', host: '/t' }

test.each([
  [{ key: 'sk_live_1' }, /secret.*Use the pk_ key, and replace this one/],
  [{ key: 'rk_1' }, /cannot send/],
  [{ key: 'abc' }, /"abc", which is no public key/],
  [{ key: ' \n' }, /key is " \\n"\. Pass/],
  [{ key: '' }, /Pass the collector's public key/],
  [{ host: '' }, /host is "".*Pass the collector's address/],
  [{ host: 'events.example.com' }, /takes for a path.*https:\/\//],
  [{ host: 'localhost:4000' }, /takes for a path/],
  [{ host: 'http://events.example.com' }, /browsers block http:/],
  [{ flushAt: 0 }, /flushAt is a number of events from 1, got 0/],
  [{ flushIntervalMs: Number.NaN }, /flushIntervalMs is a time/],
  [{ flushInterval: 500 }, /there is no option flushInterval\. Did you mean flushIntervalMs\?/],
  [{ autocapture: true }, /there is no option autocapture\.$/],
  [{ destination: millimetric({ key: 'sk_1' }) }, /the key of millimetric is secret/],
])('%j is told of in one sentence or two', (wrong, text) => {
  const problems = configProblems({ ...config, ...wrong }, page)
  expect(problems).toEqual([expect.stringMatching(text)])
})

test.each([
  {},
  { host: 'https://events.example.com' },
  { key: ' pk_demo\n' },
  { host: 'http://localhost:4000' },
  { host: 'http://[::1]:4000', flushAt: 1, flushIntervalMs: 0 },
  { key: undefined, host: undefined, destination: millimetric({ key: 'pk_1' }) },
])('%j is fine', (right) => {
  const { key, host, ...rest } = { ...config, ...right }
  expect(configProblems({ ...rest, ...(key && { key }), ...(host && { host }) }, page)).toEqual([])
})
