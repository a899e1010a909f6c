import type { Verdict } from '@threadline/core'
import { threadline } from '@threadline/destinations/threadline'
import { describe, expect, test } from 'vitest'
import { deliveryProblem, dropProblem, failureProblem } from './delivery-problems.ts'

const { verdict } = threadline({ host: '/t', key: 'pk_1' })
const batch = [{ eventId: 'a', body: '{}' }]

/** What is said about an answer, as the native protocol judges it. */
function said(status: number, body = '', host = '/t'): string | undefined {
  const judged = verdict({ status, header: () => null, body }, batch, 0)
  return deliveryProblem({ verdict: judged, status }, { host, origin: 'http://localhost:3000' })
}

const refusal = (message: string) => JSON.stringify({ error: { code: 'x', message } })

describe('an answer', () => {
  test.each([
    [401, refusal('the key is unknown or revoked'), /refused the key.*the key is unknown or revoked.*Check key/],
    [
      403,
      refusal('this key may not be used from x'),
      /may not be used from x.*Add http:\/\/localhost:3000 to the origins/,
    ],
    [402, refusal('10 000 events a month'), /quota is used up.*10 000/],
    [404, '<title>Not found', /\/t\/v1\/batch answers HTTP 404\. Nothing behind \/t passes requests on.*add the route/],
    [200, '<!doctype html><title>App', /no collector wrote, such as a page\. Nothing behind \/t.*before any catch-all/],
    [405, '', /takes no POST.*Check host/],
    [503, refusal('starting'), /answers HTTP 503: starting\. Events are kept/],
    [410, '', /refused events for good \(HTTP 410\)/],
    [
      200,
      '{"stored":0,"duplicates":[],"invalid":[{"eventId":"a","code":"invalid_value","message":"value is no integer"}]}',
      /refused an event for good: value is no integer/,
    ],
  ])('%i %s', (status, body, text) => expect(said(status, body)).toMatch(text))

  test('that is in order says nothing', () => {
    expect(said(200, '{"stored":1,"duplicates":[],"invalid":[]}')).toBeUndefined()
  })

  test('of a collector elsewhere speaks of its address, not of a route', () => {
    expect(said(404, '', 'https://events.example.com')).toMatch(/Set host to the address of a collector/)
  })
})

test('no answer names what may be in the way', () => {
  const none: Verdict = { kind: 'retry', message: 'no answer' }
  const to = { host: 'https://events.example.com', origin: 'http://localhost:3000' }
  expect(deliveryProblem({ verdict: none, status: 0 }, to)).toMatch(
    /https:\/\/events\.example\.com cannot be reached\. Is the collector running\?.*ad blocker.*CORS/,
  )
})

test('what is no answer about consent says which ones are', () => {
  expect(failureProblem('invalid_config', 'consent: null counts as undecided')).toMatch(
    /Pass granted, denied, pending.*\(consent: null counts as undecided\)\.$/,
  )
})

test('what the page gave up says why, unless it is meant', () => {
  expect(dropProblem('invalid_timestamp')).toMatch(/timestamp is no date\. Pass a Date/)
  // The error that is reported beside it names the id.
  expect(dropProblem('invalid_id')).toBeUndefined()
  expect(dropProblem('consent_denied')).toBeUndefined()
  expect(dropProblem('hook_dropped')).toBeUndefined()
})
