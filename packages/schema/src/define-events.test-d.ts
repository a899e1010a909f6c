import type { StandardSchemaV1 } from '@standard-schema/spec'
import * as v from 'valibot'
import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { defineEvents, type EventCatalogue, type EventNameOf, type PropertiesOf } from './define-events.ts'
import type { StandardSchema } from './standard-schema.ts'

const events = defineEvents({
  plan_viewed: z.object({ plan: z.string() }),
  plan_upgraded: { schema: v.object({ plan: v.picklist(['pro', 'team']) }), source: 'server' },
  seats_changed: {
    schema: z.object({ seats: z.int().default(1), at: z.iso.date().transform((day) => new Date(day)) }),
  },
})
type Events = typeof events

test('names and properties are inferred from zod and valibot', () => {
  expectTypeOf<EventNameOf<Events>>().toEqualTypeOf<'plan_viewed' | 'plan_upgraded' | 'seats_changed'>()
  expectTypeOf<PropertiesOf<Events, 'plan_viewed'>>().toEqualTypeOf<{ plan: string }>()
  expectTypeOf<PropertiesOf<Events, 'plan_upgraded'>>().toEqualTypeOf<{ plan: 'pro' | 'team' }>()
})

test('properties are what a caller passes: before defaults and transforms', () => {
  expectTypeOf<PropertiesOf<Events, 'seats_changed'>>().toEqualTypeOf<{ seats?: number | undefined; at: string }>()
})

test('a catalogue knows whether it is closed, and its owners', () => {
  expectTypeOf(events.closed).toEqualTypeOf<false>()
  expectTypeOf(defineEvents({}, { closed: true }).closed).toEqualTypeOf<true>()
  expectTypeOf(events.definitions.plan_upgraded.source).toEqualTypeOf<'server'>()
})

test('any catalogue is an EventCatalogue', () => {
  expectTypeOf<Events>().toExtend<EventCatalogue>()
})

test('only sides that exist own an event', () => {
  // @ts-expect-error there is no such side
  defineEvents({ plan_viewed: { schema: z.object({}), source: 'mobile' } })
  // @ts-expect-error this is no schema
  defineEvents({ plan_viewed: { type: 'object' } })
})

test('the interface is the specification’s', () => {
  expectTypeOf<StandardSchemaV1<string, number>>().toExtend<StandardSchema<string, number>>()
})
