import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineEvents, eventSource } from './define-events.ts'

describe('defineEvents', () => {
  test.each(['', '  ', '$pageview', 'x'.repeat(129)])('refuses the name %j', (name) => {
    expect(() => defineEvents({ [name]: z.object({}) })).toThrow(TypeError)
  })

  test('refuses what is no Standard Schema, in plain JavaScript', () => {
    const definitions = JSON.parse('{ "plan_upgraded": { "type": "object" } }')
    expect(() => defineEvents(definitions)).toThrow('defineEvents: plan_upgraded has no Standard Schema')
    expect(() => defineEvents(JSON.parse('{ "plan_upgraded": null }'))).toThrow(TypeError)
    expect(() => defineEvents(JSON.parse('{ "plan_upgraded": { "schema": { "~standard": {} } } }'))).toThrow(TypeError)
  })

  test('is open unless told otherwise', () => {
    expect(defineEvents({}).closed).toBe(false)
    expect(defineEvents({}, { closed: true }).closed).toBe(true)
  })
})

describe('eventSource', () => {
  const catalogue = defineEvents({
    plan_viewed: z.object({}),
    plan_upgraded: { schema: v.object({}) },
    seat_billed: { schema: z.object({}), source: 'server' },
  })

  test.each([
    ['plan_viewed', 'both'],
    ['plan_upgraded', 'both'],
    ['seat_billed', 'server'],
    ['unheard_of', undefined],
    ['constructor', undefined],
    ['__proto__', undefined],
  ])('%s belongs to %s', (name, source) => {
    expect(eventSource(catalogue, name)).toBe(source)
  })
})
