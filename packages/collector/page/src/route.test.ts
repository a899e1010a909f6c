import { expect, test } from 'vitest'
import { eventHref, personHref, readRoute, viewHref } from './route.ts'

test.each([
  ['', { view: 'overview', search: '' }],
  ['#/', { view: 'overview', search: '' }],
  ['#/?period=7d&filter=page%3A%2Fa%3Fb', { view: 'overview', search: 'period=7d&filter=page%3A%2Fa%3Fb' }],
  ['#/no-such-view', { view: 'overview', search: '' }],
  [viewHref('live'), { view: 'live' }],
  [viewHref('overview'), { view: 'overview', search: '' }],
  ['#/people', { view: 'people', search: '' }],
  ['#/people?period=7d', { view: 'people', search: 'period=7d' }],
  ['#/events?filter=event%3Aa', { view: 'events', search: 'filter=event%3Aa' }],
  [personHref('a/b?c'), { view: 'person', id: 'a/b?c' }],
  [eventHref('50 % off?'), { view: 'event', event: '50 % off?' }],
])('%j opens its view', (hash, route) => {
  expect(readRoute(hash)).toEqual(route)
})
