import { STANDARD_EVENTS } from '@threadline/schema'
import { expect, test } from 'vitest'
import { CHANNELS } from '../../src/enrich/channel.ts'
import { eventName, valueName } from './names.ts'

test('events have names that people say', () => {
  expect(eventName('$pageview', '/pricing')).toBe('Pageview /pricing')
  expect(eventName('$pageview')).toBe('Pageview')
  expect(eventName('$page_leave', '/pricing')).toBe('Page left')
  expect(eventName('signup_completed')).toBe('Signed up')
})

test('every standard event and every channel reads without the marks of its raw name', () => {
  for (const event of Object.keys(STANDARD_EVENTS)) expect(eventName(event)).toMatch(/^[A-Z][a-z ]+$/)
  for (const channel of CHANNELS) expect(valueName('channel', channel)).toMatch(/^[A-Z][A-Za-z ]+$/)
})

test.each([
  ['report_exported', 'Report exported'],
  ['Report Exported', 'Report Exported'],
  ['$custom_thing', 'Custom thing'],
  ['$', '$'],
  ['_', '_'],
])('the event %j of a site of its own is called %j', (event, name) => {
  expect(eventName(event)).toBe(name)
})

test('values have names that people say, and what has none is told apart', () => {
  expect(valueName('channel', 'organic_search')).toBe('Organic search')
  expect(valueName('channel', 'ai_assistants')).toBe('AI assistants')
  expect(valueName('country', 'DE')).toBe('Germany')
  expect(valueName('country', 'ZZZ')).toBe('ZZZ')
  expect(valueName('device', 'tv')).toBe('TV')
  expect(valueName('event', '$pageview')).toBe('Pageview')
  expect(valueName('page', '/a_b')).toBe('/a_b')
  expect(valueName('campaign', null)).toBe('No campaign')
  expect(valueName('browser', null)).toBe('Unknown')
})
