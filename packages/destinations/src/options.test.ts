import { isThreadlineError } from '@threadline/core'
import { describe, expect, test } from 'vitest'
import { analyse, funnelfizz, millimetric, servoki, webAnalyzer } from './index.ts'

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
    ['millimetric with a line break in its key', () => millimetric({ key: 'sk_live_hunter2\n' })],
    ['analyse with a secret key', () => analyse({ publicKey: 'sk_live_hunter2' })],
    ['web analyzer with a publishable key', () => webAnalyzer({ apiKey: 'pk_live_hunter2', websiteId: 1 })],
    ['web analyzer with a fraction of a site', () => webAnalyzer({ apiKey: 'waa_hunter2', websiteId: 1.5 })],
    ['a base address with credentials', () => millimetric({ key: 'sk_x', baseUrl: 'https://me:hunter2@mm.example' })],
    ['a base address with a query', () => analyse({ publicKey: 'pk_x', baseUrl: 'https://a.example/?key=hunter2' })],
    ['a base address that is none', () => servoki({ site: 's', apiKey: 'servoki_x', baseUrl: 'ftp://hunter2' })],
  ])('%s: a clear error without the value', (_, create) => {
    const error = errorOf(create)
    if (!isThreadlineError(error)) throw new Error('no ThreadlineError was thrown')
    expect(error.code).toBe('invalid_config')
    expect(error.message).toMatch(/^(funnelfizz|servoki|millimetric|analyse|webAnalyzer): \w+ /)
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain('hunter2')
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
  ])('$name', ({ secret = false, dedupes, visitorIdStore }, expected) => {
    expect({ secret, dedupes, visitorIdStore }).toEqual({
      secret: false,
      dedupes: false,
      visitorIdStore: undefined,
      ...expected,
    })
  })
})
