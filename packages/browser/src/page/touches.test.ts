import { describe, expect, test } from 'vitest'
import { isNamed, mergeTouches, type Touch } from './touches.ts'

const direct: Touch = { at: '2026-01-01T00:00:00.000Z', path: '/' }
const news: Touch = { at: '2026-01-02T00:00:00.000Z', path: '/pricing', utm: { source: 'news' } }
const search: Touch = { at: '2026-01-03T00:00:00.000Z', path: '/', referrer: 'https://search.test/' }

describe('mergeTouches', () => {
  test('the first stays, whatever comes', () => {
    expect(mergeTouches({ first: direct, last: direct }, { first: news, last: news })).toEqual({
      first: direct,
      last: news,
    })
  })
  test('a direct visit does not take the credit from a named one', () => {
    expect(mergeTouches({ first: news, last: search }, { first: direct, last: direct })).toEqual({
      first: news,
      last: search,
    })
  })
  test('without anything earlier even a direct visit is both', () => {
    expect(mergeTouches({}, { first: direct, last: direct })).toEqual({ first: direct, last: direct })
  })
})

test('a touch is named by its referrer, campaign or click id', () => {
  expect([direct, news, search, { ...direct, click_ids: { gclid: 'x' } }].map(isNamed)).toEqual([
    false,
    true,
    true,
    true,
  ])
})
