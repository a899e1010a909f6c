import { expectTypeOf, test } from 'vitest'
import type { EventNameOf, PropertiesOf } from './define-events.ts'
import type { EventInput, JsonObject, TrackEvent } from './event.ts'
import type {
  CheckoutFinishedProperties,
  CheckoutStartedProperties,
  StandardCatalogue,
  StandardEventMoney,
  StandardEventName,
  StandardEvents,
} from './standard-events.ts'
import type { standardEvents } from './zod.ts'

test('the catalogue as a type and as a value agree', () => {
  expectTypeOf<EventNameOf<StandardCatalogue>>().toEqualTypeOf<StandardEventName>()
  expectTypeOf<EventNameOf<typeof standardEvents>>().toEqualTypeOf<StandardEventName>()
  expectTypeOf<PropertiesOf<StandardCatalogue, 'trial_ended'>>().toEqualTypeOf<StandardEvents['trial_ended']>()
  expectTypeOf<PropertiesOf<typeof standardEvents, 'trial_ended'>>().toEqualTypeOf<StandardEvents['trial_ended']>()
  expectTypeOf<typeof standardEvents>().toExtend<StandardCatalogue>()
})

test('every standard event fits into an event', () => {
  expectTypeOf<StandardEvents[StandardEventName]>().toExtend<JsonObject>()
})

test('a subscription has an interval, a single payment has none', () => {
  const subscription: CheckoutStartedProperties = { payment_type: 'subscription', billing_interval: 'month' }
  const once: CheckoutFinishedProperties = { payment_type: 'one_time', order_id: 'order_1', extra: ['json'] }
  // @ts-expect-error an interval is required
  const noInterval: CheckoutStartedProperties = { payment_type: 'subscription' }
  // @ts-expect-error an interval is forbidden
  const interval: CheckoutStartedProperties = { payment_type: 'one_time', billing_interval: 'month' }
  // @ts-expect-error a subscription id is forbidden
  const id: CheckoutFinishedProperties = { payment_type: 'one_time', subscription_id: 'sub_1' }
  // @ts-expect-error a Date is not JSON
  const date: CheckoutStartedProperties = { payment_type: 'one_time', at: new Date() }
  return [subscription, once, noInterval, interval, id, date]
})

test('money is required, optional or forbidden', () => {
  expectTypeOf<StandardEventMoney<'purchase'>>().toEqualTypeOf<{ readonly value: number; readonly currency: string }>()
  expectTypeOf<StandardEventMoney<'lead_created'>['value']>().toEqualTypeOf<number | undefined>()
  expectTypeOf<StandardEventMoney<'trial_started'>['value']>().toEqualTypeOf<undefined>()
})

test('a captured event needs neither id nor time, and takes undefined where the app has nothing', () => {
  const input: EventInput = { event: 'plan_viewed', userId: undefined, timestamp: new Date() }
  expectTypeOf<TrackEvent>().toExtend<EventInput>()
  // @ts-expect-error a name is required
  const nameless: EventInput = { userId: 'user_42' }
  return [input, nameless]
})
