import { describe, expect, test } from 'vitest'
import { eventSource } from '../define-events.ts'
import { STANDARD_EVENT_NAMES, STANDARD_EVENTS } from '../standard-events.ts'
import { describeIssues, validateProperties } from '../validate-properties.ts'
import { standardEvents } from './standard-events.ts'

const month = { payment_type: 'subscription', billing_interval: 'month' }
const once = { payment_type: 'one_time' }

/** What is wrong; empty when the properties are fine. */
function complaint(name: string, properties: Parameters<typeof validateProperties>[2]): string {
  const result = validateProperties(standardEvents, name, properties)
  return result.ok ? '' : describeIssues(result.issues)
}

test('one list of names, in the constant, in the catalogue and in the list', () => {
  expect(Object.keys(STANDARD_EVENTS)).toEqual(STANDARD_EVENT_NAMES)
  expect(Object.keys(standardEvents.definitions).sort()).toEqual([...STANDARD_EVENT_NAMES].sort())
})

test.each(STANDARD_EVENT_NAMES)('%s has the owner that the constant says', (name) => {
  expect(eventSource(standardEvents, name)).toBe(STANDARD_EVENTS[name].source)
})

test('events that always carry money belong to the server', () => {
  for (const { money, source } of Object.values(STANDARD_EVENTS)) {
    if (money === 'required') expect(source).toBe('server')
  }
})

describe('the catalogue takes', () => {
  test.each([
    ['content_viewed', { content_id: 'post-1', content_type: 'blog_post', title: 'Hello' }],
    ['signup_completed', {}],
    ['signup_completed', { method: 'sso', plan: 'pro', trial_days: 14, first_utm_source: 'news' }],
    ['lead_created', { source: 'footer' }],
    ['feature_used', { feature: 'export', nested: { any: ['json', null] } }],
    ['checkout_started', { ...month, checkout_id: 'cs_1', items_count: 1 }],
    ['checkout_started', once],
    ['checkout_cancelled', { ...once, reason: 'payment_failed', step: 'card' }],
    ['checkout_finished', { ...month, subscription_id: 'sub_1', order_id: 'order_1' }],
    ['checkout_finished', { ...once, order_id: 'order_1' }],
    ['trial_started', { plan: 'pro', trial_days: 14 }],
    ['trial_ended', { plan: 'pro', converted: true, reason: 'converted' }],
    ['subscription_started', { plan: 'pro', billing_interval: 'year' }],
    ['subscription_renewed', { plan: 'pro', billing_interval: 'week' }],
    ['subscription_cancelled', { plan: 'pro', payment_type: 'subscription', effective_at: '2026-03-01' }],
    ['purchase', { order_id: 'order_1' }],
    ['refunded', { order_id: 'order_1', reason: 'requested_by_customer' }],
    ['invoice_paid', { invoice_id: 'in_1' }],
  ])('%s %j, unchanged', (name, properties) => {
    expect(validateProperties(standardEvents, name, properties)).toEqual({ ok: true, value: properties })
  })
})

describe('the catalogue refuses', () => {
  test.each([
    ['content_viewed', {}, 'content_id'],
    ['content_viewed', { content_id: 'a', content_type: 'video' }, 'content_type'],
    ['signup_completed', { method: 'fax' }, 'method'],
    ['feature_used', {}, 'feature'],
    ['checkout_started', {}, 'payment_type'],
    ['checkout_started', { payment_type: 'subscription' }, 'billing_interval'],
    ['checkout_started', { ...once, billing_interval: 'month' }, 'billing_interval: only a subscription has one'],
    ['checkout_cancelled', { ...once, reason: 'bored' }, 'reason'],
    ['checkout_finished', { ...once, subscription_id: 'sub_1' }, 'subscription_id: only a subscription has one'],
    ['trial_started', { plan: 'pro' }, 'trial_days'],
    ['trial_ended', { plan: 'pro' }, 'converted'],
    ['subscription_started', { plan: 'pro' }, 'billing_interval'],
    ['subscription_cancelled', { plan: 'pro' }, 'payment_type'],
    ['subscription_cancelled', { plan: 'pro', payment_type: 'subscription', effective_at: 'soon' }, 'effective_at'],
    ['invoice_paid', {}, 'invoice_id'],
  ])('%s %j because of %s', (name, properties, reason) => {
    expect(complaint(name, properties)).toContain(reason)
  })

  test('more properties that are not JSON', () => {
    const call = { feature: 'export', call: () => 1 }
    // @ts-expect-error a function is not JSON
    expect(complaint('feature_used', call)).toBe('call: must be JSON')
  })
})
