import { describe, expect, test } from 'vitest'
import { placeOf, placeOfHeaders } from './place.ts'

describe('a place', () => {
  test.each([
    ['at', '9', 'Vienna', { country: 'AT', region: 'AT-9', city: 'Vienna' }],
    ['US', 'CA', undefined, { country: 'US', region: 'US-CA' }],
    ['US', 'California', '', { country: 'US', region: 'California' }],
    ['XX', 'CA', 'Nowhere', undefined],
    ['T1', undefined, undefined, undefined],
    ['', undefined, 'Vienna', undefined],
    ['Austria', undefined, undefined, undefined],
    [undefined, undefined, undefined, undefined],
  ])('of %s, %s, %s', (country, region, city, expected) => {
    expect(placeOf(country, region, city)).toEqual(expected)
  })

  const names = { country: 'cf-ipcountry', region: 'cf-region-code', city: 'cf-ipcity' }
  const inHeaders = (headers: { readonly [name: string]: string }) => placeOfHeaders(names, (name) => headers[name])

  test.each([
    ['São Paulo in percent-encoding', 'S%C3%A3o%20Paulo', 'São Paulo'],
    ['São Paulo in bytes', Buffer.from('São Paulo').toString('latin1'), 'São Paulo'],
    ['a percent sign that encodes nothing', '100% City', '100% City'],
    ['bytes of another encoding', 'S\u00e3o Paulo', 'S\u00e3o Paulo'],
  ])('has a city: %s', (_, header, city) => {
    expect(inHeaders({ 'cf-ipcountry': 'BR', 'cf-ipcity': header })).toEqual({ country: 'BR', city })
  })

  test('is what named headers say, and no others', () => {
    expect(inHeaders({ 'cf-ipcountry': 'DE', 'cf-region-code': 'BE' })).toEqual({ country: 'DE', region: 'DE-BE' })
    expect(inHeaders({ 'x-vercel-ip-country': 'DE' })).toBeUndefined()
    expect(placeOfHeaders({ country: 'cf-ipcountry' }, (name) => (name === 'cf-ipcountry' ? 'DE' : 'x'))).toEqual({
      country: 'DE',
    })
  })
})
