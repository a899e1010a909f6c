import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineEvents } from './define-events.ts'
import { describeIssues, validateProperties } from './validate-properties.ts'

const catalogue = defineEvents({
  with_zod: z.object({ plan: z.enum(['pro', 'team']), seats: z.int().default(1) }),
  with_valibot: { schema: v.object({ plan: v.picklist(['pro', 'team']), seats: v.optional(v.number(), 1) }) },
  asynchronous: z.object({}).refine(async () => true),
  rejecting: {
    schema: {
      '~standard': { version: 1, vendor: 'test', validate: () => Promise.reject(new Error('nobody reads this')) },
    },
  },
  throwing: v.pipe(
    v.object({}),
    v.check(() => {
      throw new Error('a bug in a check')
    }),
  ),
  odd: z.object({}).transform(() => 'no object'),
})

describe('validateProperties', () => {
  test.each(['with_zod', 'with_valibot'])('%s: gives the output, with defaults', (name) => {
    expect(validateProperties(catalogue, name, { plan: 'pro' })).toEqual({ ok: true, value: { plan: 'pro', seats: 1 } })
  })

  test.each(['with_zod', 'with_valibot'])('%s: says what is wrong, and where', (name) => {
    const result = validateProperties(catalogue, name, { plan: 'free' })
    expect(result.ok ? '' : describeIssues(result.issues)).toMatch(/^plan: Invalid/)
  })

  test('checks absent properties as an empty object', () => {
    expect(validateProperties(catalogue, 'with_zod', undefined).ok).toBe(false)
    expect(validateProperties(defineEvents({ empty: z.object({}) }), 'empty', undefined)).toEqual({
      ok: true,
      value: {},
    })
  })

  test('passes unknown names as they are, unless the catalogue is closed', () => {
    const closed = defineEvents({ plan_viewed: z.object({}) }, { closed: true })
    expect(validateProperties(catalogue, 'unheard_of', { a: 1 })).toEqual({ ok: true, value: { a: 1 } })
    expect(validateProperties(catalogue, 'constructor', { a: 1 })).toEqual({ ok: true, value: { a: 1 } })
    expect(validateProperties(closed, 'unheard_of', { a: 1 })).toEqual({
      ok: false,
      issues: [{ message: 'unheard_of is not in the catalogue, which is closed' }],
    })
    expect(validateProperties(closed, '$pageview', {})).toEqual({ ok: true, value: {} })
  })

  test.each([
    [
      'asynchronous',
      'the schema of asynchronous answers with a promise (an asynchronous check?): capturing cannot wait',
    ],
    ['rejecting', 'the schema of rejecting answers with a promise (an asynchronous check?): capturing cannot wait'],
    ['throwing', 'the schema of throwing threw: a bug in a check'],
    ['odd', 'the schema of odd gives no object'],
  ])('%s: is refused, not thrown', async (name, message) => {
    expect(validateProperties(catalogue, name, {})).toEqual({ ok: false, issues: [{ message }] })
    // An unhandled rejection would fail the run here.
    await new Promise((resolve) => setImmediate(resolve))
  })
})

test('describeIssues keeps to five', () => {
  const issues = Array.from({ length: 7 }, (_, index) => ({ message: 'wrong', path: ['list', { key: index }] }))
  expect(describeIssues(issues)).toBe(
    'list.0: wrong; list.1: wrong; list.2: wrong; list.3: wrong; list.4: wrong; and 2 more',
  )
  expect(describeIssues([{ message: 'wrong' }])).toBe('wrong')
})
