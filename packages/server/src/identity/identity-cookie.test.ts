import { describe, expect, test } from 'vitest'
import { identityCookie } from './identity-cookie.ts'

const VISITOR = '019e1c2a-0000-7000-8000-000000000001'

describe('identityCookie', () => {
  test('sets the same id for 395 days, readable by scripts', () => {
    expect(identityCookie({ anonymousId: VISITOR })).toBe(
      `tl_id=${VISITOR}; Path=/; Max-Age=34128000; SameSite=Lax; Secure`,
    )
  })

  test('takes domain, name, life, http and HttpOnly', () => {
    const options = { domain: 'example.com', name: 'vid', maxAgeDays: 30, secure: false, httpOnly: true } as const
    expect(identityCookie({ anonymousId: VISITOR }, options)).toBe(
      `vid=${VISITOR}; Path=/; Max-Age=2592000; SameSite=Lax; Domain=example.com; HttpOnly`,
    )
  })

  test('removes the id of a visitor who refuses', () => {
    expect(identityCookie({ anonymousId: VISITOR, consent: { analytics: false } })).toBe(
      'tl_id=; Path=/; Max-Age=0; SameSite=Lax; Secure',
    )
  })

  test('sets nothing without an id, for a forged id, and while consent is pending', () => {
    expect(identityCookie({ anonymousId: undefined })).toBeUndefined()
    expect(identityCookie({ anonymousId: 'x; Domain=evil.example' })).toBeUndefined()
    expect(identityCookie({ anonymousId: VISITOR, consent: { ads: true } })).toBeUndefined()
  })

  test('refuses options that would write another cookie', () => {
    expect(() => identityCookie({ anonymousId: VISITOR }, { name: 'a;b' })).toThrow(TypeError)
    expect(() => identityCookie({ anonymousId: VISITOR }, { domain: 'a.b; HttpOnly' })).toThrow(TypeError)
    expect(() => identityCookie({ anonymousId: VISITOR }, { maxAgeDays: Number.NaN })).toThrow(TypeError)
  })
})
