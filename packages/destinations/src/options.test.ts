import { type Destination, isThreadlineError } from '@threadline/core'
import { describe, expect, test } from 'vitest'
import {
  amplitude,
  analyse,
  funnelfizz,
  ga4,
  millimetric,
  mixpanel,
  plausible,
  posthog,
  segment,
  servoki,
  threadline,
  webAnalyzer,
} from './index.ts'

const funnelfizzOptions = { baseUrl: 'https://ff.example', cookie: 'session=abc', workspaceId: 'w', siteId: 's' }

function errorOf(create: () => unknown): unknown {
  try {
    create()
  } catch (error) {
    return error
  }
  return undefined
}

describe('wrong options', () => {
  test.each([
    ['funnelfizz without its host', () => funnelfizz({ ...funnelfizzOptions, baseUrl: '' })],
    ['funnelfizz with a blank cookie', () => funnelfizz({ ...funnelfizzOptions, cookie: ' ' })],
    ['funnelfizz with a cookie of two lines', () => funnelfizz({ ...funnelfizzOptions, cookie: 'hunter2\r\nx: y' })],
    ['servoki with a key of another service', () => servoki({ site: 'example.com', apiKey: 'sk_live_hunter2' })],
    ['servoki without a site', () => servoki({ site: '', apiKey: 'servoki_hunter2' })],
    ['millimetric with a read key', () => millimetric({ key: 'rk_live_a1b2c3d4_hunter2' })],
    ['millimetric with a line break in its key', () => millimetric({ key: 'sk_live_\nhunter2' })],
    ['threadline with a read key', () => threadline({ host: 'https://a.example', key: 'rk_hunter2' })],
    ['threadline with a key in quotes', () => threadline({ host: 'https://a.example', key: '"sk_hunter2"' })],
    ['threadline with a password in its host', () => threadline({ host: 'https://u:hunter2@a.example', key: 'sk_1' })],
    ['analyse with a secret key', () => analyse({ publicKey: 'sk_live_hunter2' })],
    ['web analyzer with a publishable key', () => webAnalyzer({ apiKey: 'pk_live_hunter2', websiteId: 1 })],
    ['web analyzer with a fraction of a site', () => webAnalyzer({ apiKey: 'waa_hunter2', websiteId: 1.5 })],
    ['segment without a key', () => segment({ writeKey: ' ' })],
    ['segment with a key of two lines', () => segment({ writeKey: 'wk\nhunter2' })],
    ['posthog with a personal key', () => posthog({ key: 'phx_hunter2' })],
    ['posthog with a secret key', () => posthog({ key: 'phs_hunter2' })],
    ['plausible without a domain', () => plausible({ domain: '' })],
    ['ga4 with the id of another kind of stream', () => ga4({ measurementId: 'UA-1', apiSecret: 'hunter2' })],
    ['ga4 without its secret', () => ga4({ measurementId: 'G-1', apiSecret: ' ' })],
    ['mixpanel without a token', () => mixpanel({ token: ' ' })],
    ['amplitude with a key of two lines', () => amplitude({ apiKey: 'a\nhunter2' })],
    ['a base address with credentials', () => millimetric({ key: 'sk_x', baseUrl: 'https://me:hunter2@mm.example' })],
    ['a base address with a query', () => analyse({ publicKey: 'pk_x', baseUrl: 'https://a.example/?key=hunter2' })],
    ['a base address that is none', () => servoki({ site: 's', apiKey: 'servoki_x', baseUrl: 'ftp://hunter2' })],
  ])('%s: a clear error without the value', (_, create) => {
    const error = errorOf(create)
    if (!isThreadlineError(error)) throw new Error('no ThreadlineError was thrown')
    expect(error.code).toBe('invalid_config')
    expect(error.message).toMatch(
      /^(threadline|funnelfizz|servoki|millimetric|analyse|webAnalyzer|segment|posthog|plausible|ga4|mixpanel|amplitude): \w+ /,
    )
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain('hunter2')
  })
})

describe('an address that is none names the one that was meant', () => {
  test.each([
    ['events.example.com', 'https://events.example.com'],
    ['events.example.com:8443/ingest/', 'https://events.example.com:8443/ingest'],
    ['localhost:4318', 'http://localhost:4318'],
    ['127.0.0.1:4318', 'http://127.0.0.1:4318'],
    ['https://events.example.com/?site=1#top', 'https://events.example.com'],
    ['//events.example.com', 'https://events.example.com'],
    ['https://events.example.com:99999', undefined],
    ['ftp://events.example.com', undefined],
  ])('%s', (host, mended) => {
    const error = errorOf(() => threadline({ host, key: 'sk_1' }))
    if (!isThreadlineError(error)) throw new Error('no ThreadlineError was thrown')
    expect(error.message).toMatch(/^threadline: host must be an http/)
    if (mended === undefined) expect(error.message).not.toContain('write')
    else expect(error.message).toContain(`: write "${mended}"`)
    expect(errorOf(() => millimetric({ baseUrl: host, key: 'sk_1' }))).toMatchObject({ code: 'invalid_config' })
  })

  test('with the route of the protocol in it', () => {
    expect(errorOf(() => threadline({ host: 'https://a.example/t/v1/batch', key: 'sk_1' }))).toMatchObject({
      message: 'threadline: host is the address before /v1/batch: write "https://a.example/t"',
    })
  })
})

describe('white space around values', () => {
  const spaced = (value: string) => `\uFEFF ${value}\r\n`
  const sent = (destination: Destination) =>
    destination.request([{ eventId: 'e1', body: '{}' }], { now: 0, attempt: 1 })

  test.each([
    [threadline({ host: spaced('https://a.example'), key: spaced('sk_1') })],
    [threadline({ host: spaced('https://a.example'), key: spaced('sk_1'), keyIn: 'body' })],
    [millimetric({ key: spaced('sk_1'), baseUrl: spaced('https://a.example') })],
    [servoki({ site: spaced('shop'), apiKey: spaced('servoki_1'), baseUrl: spaced('https://a.example') })],
    [analyse({ publicKey: spaced('pk_1'), baseUrl: spaced('https://a.example') })],
    [webAnalyzer({ apiKey: spaced('waa_1'), websiteId: 1, baseUrl: spaced('https://a.example') })],
    [plausible({ domain: spaced('shop.example'), baseUrl: spaced('https://a.example') })],
    [ga4({ measurementId: spaced('G-1'), apiSecret: spaced('s'), baseUrl: spaced('https://a.example') })],
    [mixpanel({ token: spaced('t'), groupKey: spaced('team'), baseUrl: spaced('https://a.example') })],
    [amplitude({ apiKey: spaced('k'), groupType: spaced('team'), baseUrl: spaced('https://a.example') })],
    [posthog({ key: spaced('phc_1'), baseUrl: spaced('https://a.example'), groupType: spaced('team') })],
    [segment({ writeKey: spaced('wk_1'), baseUrl: spaced('https://a.example') })],
    [
      funnelfizz({
        baseUrl: spaced('https://a.example'),
        cookie: spaced('session=a'),
        workspaceId: spaced('w'),
        siteId: spaced('s'),
      }),
    ],
  ])('$name takes it off', (destination) => {
    const { url, headers, body } = sent(destination)
    expect(url).toMatch(/^https:\/\/a\.example\/\S+$/)
    expect(JSON.stringify([headers, body])).not.toMatch(/\\[rn]|\uFEFF|%0A/)
    for (const value of Object.values(headers)) expect(value).toBe(value.trim())
  })
})

test('a number from an environment variable is taken, and a wrong one named', () => {
  const websiteId: unknown = ' 42\n'
  const { url } = webAnalyzer({ apiKey: 'waa_1', websiteId: websiteId as number }).request(
    [{ eventId: 'e1', body: '{}' }],
    { now: 0, attempt: 1 },
  )
  expect(url).toContain('/websites/42/')
  expect(errorOf(() => webAnalyzer({ apiKey: 'waa_1', websiteId: 1.5 }))).toMatchObject({
    message: 'webAnalyzer: websiteId must be a positive integer: got 1.5',
  })
})

describe('base addresses', () => {
  const urlOf = (baseUrl: string) =>
    analyse({ publicKey: 'pk_x', baseUrl }).request([{ eventId: 'e1', body: '{}' }], { now: 0, attempt: 1 }).url

  test('trailing slashes do not double', () => {
    expect(urlOf('https://a.example//')).toBe('https://a.example/v1/batch')
  })

  test('a path keeps events on the page’s own origin', () => {
    expect(urlOf('/pulse')).toBe('/pulse/v1/batch')
  })
})

describe('what a destination says of itself', () => {
  const ofScript = (name: string) => ({ kind: 'localStorage', name })
  test.each([
    [funnelfizz(funnelfizzOptions), { secret: true, visitorIdStore: { kind: 'cookie', name: '_fn_vid' } }],
    [servoki({ site: 'example.com', apiKey: 'servoki_x' }), { secret: true, dedupes: true }],
    [millimetric({ key: 'sk_x' }), { secret: true, visitorIdStore: ofScript('mm_aid') }],
    [millimetric({ key: 'pk_x' }), { visitorIdStore: ofScript('mm_aid') }],
    [analyse({ publicKey: 'pk_x' }), { visitorIdStore: ofScript('analyse_anon_id') }],
    [webAnalyzer({ apiKey: 'waa_x', websiteId: 1 }), { secret: true, visitorIdStore: ofScript('ot_vid') }],
    [posthog({ key: 'phc_x' }), { dedupes: true }],
    [plausible({ domain: 'shop.example' }), {}],
    [mixpanel({ token: 't' }), { secret: true, dedupes: true }],
    [amplitude({ apiKey: 'k' }), { dedupes: true }],
    [ga4({ measurementId: 'G-1', apiSecret: 's' }), { secret: true }],
    [segment({ writeKey: 'wk' }), { dedupes: true, visitorIdStore: { kind: 'cookie', name: 'ajs_anonymous_id' } }],
  ])('$name', ({ secret = false, dedupes, visitorIdStore }, expected) => {
    expect({ secret, dedupes, visitorIdStore }).toEqual({
      secret: false,
      dedupes: false,
      visitorIdStore: undefined,
      ...expected,
    })
  })
})
