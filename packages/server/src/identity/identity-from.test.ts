import { once } from 'node:events'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type IdentityOptions, identityFrom, type RequestIdentity } from './identity-from.ts'
import type { RequestLike } from './request.ts'

const VISITOR = '019e1c2a-0000-7000-8000-000000000001'
const OTHER = '019e1c2a-0000-7000-8000-000000000002'
const SESSION = '019e1c2a-0000-7000-8000-00000000000a'
const NOW = Date.parse('2026-03-01T12:00:00.000Z')
const MINUTE = 60_000

const sessionCookie = (startedAgoMs: number, activeAgoMs: number) =>
  `tl_session=${SESSION}.${NOW - startedAgoMs}.${NOW - activeAgoMs}`

const cookies = `theme=dark; tl_id=${VISITOR}; ${sessionCookie(5 * MINUTE, MINUTE)}`

const from = (request: RequestLike, options: IdentityOptions = {}) => identityFrom(request, { now: NOW, ...options })

/** The identity that a real Node server finds in a request. */
async function fromNode(path: string, headers: { [name: string]: string }): Promise<RequestIdentity> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const asked = get({ port, path, headers, host: '127.0.0.1' })
  const [request, response] = await once(server, 'request')
  const identity = from(request)
  response.end()
  const [answer] = await once(asked, 'response')
  answer.resume()
  await once(answer, 'end')
  server.close()
  return identity
}

describe('every shape of request gives the same identity', () => {
  const headers = { cookie: cookies, 'user-agent': 'Agent/1', referer: 'https://shop.example/pricing?utm_source=ad' }
  const identity = {
    anonymousId: VISITOR,
    userId: undefined,
    sessionId: SESSION,
    consent: undefined,
    context: { url: 'https://shop.example/pricing?utm_source=ad', utm: { source: 'ad' }, userAgent: 'Agent/1' },
  }

  test('a web Request', () => {
    expect(from(new Request('https://shop.example/api', { method: 'POST', headers }))).toEqual(identity)
  })

  test('a Node IncomingMessage, with the address of its socket', async () => {
    expect(await fromNode('/api', headers)).toEqual({ ...identity, context: { ...identity.context, ip: '127.0.0.1' } })
  })

  test('plain headers and Headers', () => {
    expect(from({ headers })).toEqual(identity)
    expect(from({ headers: new Headers(headers) })).toEqual(identity)
  })

  test('an API Gateway event, payload 2.0, whose cookies are a list', () => {
    const { cookie, ...rest } = headers
    const event = {
      version: '2.0',
      rawPath: '/api',
      rawQueryString: '',
      cookies: cookie.split('; '),
      headers: rest,
      requestContext: { domainName: 'api.example', http: { method: 'POST', sourceIp: '203.0.113.9' } },
    }
    expect(from(event)).toEqual({ ...identity, context: { ...identity.context, ip: '203.0.113.9' } })
  })

  test('an API Gateway event, payload 1.0, whose header names are as the client wrote them', () => {
    const event = {
      path: '/api',
      httpMethod: 'POST',
      queryStringParameters: null,
      headers: { Cookie: cookies, 'User-Agent': 'Agent/1', Referer: headers.referer },
      requestContext: { domainName: 'api.example', identity: { sourceIp: '2001:db8::9' } },
    }
    expect(from(event)).toEqual({ ...identity, context: { ...identity.context, ip: '2001:db8::9' } })
  })

  test('an ALB event with multi-value headers, which has no others', () => {
    const event = {
      path: '/api',
      httpMethod: 'POST',
      multiValueHeaders: {
        cookie: cookies.split('; '),
        'user-agent': ['Agent/1'],
        referer: [headers.referer],
        'x-forwarded-for': ['198.51.100.1', '203.0.113.9'],
      },
      requestContext: { elb: { targetGroupArn: 'arn' } },
    }
    expect(from(event, { trustedProxies: 1 })).toEqual({
      ...identity,
      context: { ...identity.context, ip: '203.0.113.9' },
    })
  })

  test('an event that API Gateway was invoked with by hand has no headers', () => {
    expect(from({ headers: null }).anonymousId).toBeUndefined()
  })
})

describe('the host behind a proxy', () => {
  const headers = { accept: 'text/html', host: '10.0.0.7:3000', 'x-forwarded-proto': 'https' }
  const urlOf = (forwarded: string, trustedProxies: number) =>
    from({ headers: { ...headers, 'x-forwarded-host': forwarded }, method: 'GET', url: '/p?a=1' } as RequestLike, {
      trustedProxies,
    }).context.url

  test.each([
    ['is not believed unless a proxy is named', 'shop.example', 0, 'https://10.0.0.7:3000/p?a=1'],
    ['is what the proxy was asked for', 'shop.example', 1, 'https://shop.example/p?a=1'],
    [
      'is what the proxy appended, not what a client claims',
      'evil.example, shop.example',
      1,
      'https://shop.example/p?a=1',
    ],
    ['is what the outermost of two appended', 'evil.example, shop.example, edge', 2, 'https://shop.example/p?a=1'],
    ['is what one of two set', 'shop.example', 2, 'https://shop.example/p?a=1'],
    ['may have a port', 'shop.example:8443', 1, 'https://shop.example:8443/p?a=1'],
    ['must be one', 'shop.example/evil?', 1, 'https://10.0.0.7:3000/p?a=1'],
    ['may be missing', '', 1, 'https://10.0.0.7:3000/p?a=1'],
  ])('%s', (_, forwarded, trustedProxies, url) => {
    expect(urlOf(forwarded, trustedProxies)).toBe(url)
  })

  test('goes over the host of a web Request and of an API Gateway', () => {
    const forwarded = { ...headers, 'x-forwarded-host': 'shop.example' }
    const request = new Request('http://10.0.0.7:3000/p?a=1', { headers: forwarded })
    expect(from(request, { trustedProxies: 1 }).context.url).toBe('https://shop.example/p?a=1')
    const gateway = {
      headers: forwarded,
      rawPath: '/p',
      rawQueryString: 'a=1',
      requestContext: { domainName: 'abc.execute-api.example', http: { method: 'GET', sourceIp: '203.0.113.9' } },
    }
    expect(from(gateway, { trustedProxies: 1 }).context.url).toBe('https://shop.example/p?a=1')
  })

  test("the site's own page before is then of the same host", () => {
    const referer = 'https://shop.example/before'
    const request = new Request('http://10.0.0.7:3000/', {
      headers: { ...headers, referer, 'x-forwarded-host': 'shop.example' },
    })
    const { url, referrer } = from(request, { trustedProxies: 1 }).context
    expect(new URL(url ?? '').host).toBe(new URL(referrer ?? '').host)
  })
})

describe('ids', () => {
  const carriers = {
    headers: { 'x-threadline-anonymous-id': VISITOR, 'x-threadline-session-id': SESSION },
    cookies: { cookie: `tl_id=${OTHER}` },
  }

  test('headers win over the body, the body over the cookie', () => {
    const body = { tl_id: VISITOR, tl_session: SESSION }
    expect(from({ headers: { ...carriers.cookies, ...carriers.headers } }).anonymousId).toBe(VISITOR)
    expect(from({ headers: carriers.cookies }, { body })).toMatchObject({ anonymousId: VISITOR, sessionId: SESSION })
    expect(from({ headers: carriers.headers }, { body: { tl_id: OTHER } }).anonymousId).toBe(VISITOR)
  })

  test('a form carries them as well', () => {
    const form = new FormData()
    form.set('tl_id', VISITOR)
    expect(from({ headers: {} }, { body: form }).anonymousId).toBe(VISITOR)
    expect(from({ headers: {} }, { body: new URLSearchParams({ tl_session: SESSION }) }).sessionId).toBe(SESSION)
  })

  test('what the app says wins over all', () => {
    const options = { anonymousId: OTHER, sessionId: 'session-of-mine', userId: 'user_1' }
    expect(from({ headers: carriers.headers }, options)).toMatchObject(options)
  })

  test('another cookie name', () => {
    expect(from({ headers: { cookie: `mm_aid=${VISITOR}` } }, { cookieName: 'mm_aid' }).anonymousId).toBe(VISITOR)
  })

  test.each(['null', 'short', 'with space in it', '<script>alert(1)</script>', 'é'.repeat(20), 'x'.repeat(201), ''])(
    'a forged id is ignored: %s',
    (forged) => {
      const identity = from({ headers: { 'x-threadline-anonymous-id': forged, cookie: `tl_id=${VISITOR}` } })
      expect(identity.anonymousId).toBe(VISITOR)
      expect(from({ headers: {} }, { body: { tl_id: forged, tl_session: forged } })).toMatchObject({
        anonymousId: undefined,
        sessionId: undefined,
      })
    },
  )

  test('a body with a prototype or fields of other types carries nothing', () => {
    expect(from({ headers: {} }, { body: Object.create({ tl_id: VISITOR }) }).anonymousId).toBeUndefined()
    expect(from({ headers: {} }, { body: { tl_id: [VISITOR] } }).anonymousId).toBeUndefined()
    expect(from({ headers: {} }, { body: 'tl_id' }).anonymousId).toBeUndefined()
  })

  test('no header makes a user', () => {
    expect(from({ headers: { 'x-threadline-user-id': 'admin', cookie: 'tl_user=admin' } }).userId).toBeUndefined()
  })

  test('of several cookies of one name the last that holds an id counts, as in the browser package', () => {
    const anonymousId = (cookie: string) => from({ headers: { cookie } }).anonymousId
    expect(anonymousId(`tl_id=${OTHER}; theme=dark; tl_id=${VISITOR}`)).toBe(VISITOR)
    expect(anonymousId(`tl_id=${VISITOR}; tl_id=; tl_id=null`)).toBe(VISITOR)
    const cookie = `tl_session=${OTHER}.${NOW}.${NOW}; ${sessionCookie(MINUTE, MINUTE)}; tl_session=x`
    expect(from({ headers: { cookie } }).sessionId).toBe(SESSION)
  })

  test('a colon may be encoded, as Express writes it', () => {
    const anonymousId = (cookie: string) => from({ headers: { cookie } }).anonymousId
    expect(anonymousId('tl_id=srv%3Adevice%3a1234')).toBe('srv:device:1234')
    expect(anonymousId('tl_id=srv%20device%2012')).toBeUndefined()
  })

  test('an API Gateway event whose cookies are a list: the last counts, too', () => {
    expect(from({ headers: {}, cookies: [`tl_id=${OTHER}`, `tl_id=${VISITOR}`] } as RequestLike).anonymousId).toBe(
      VISITOR,
    )
  })

  test.each([
    ['of the future', sessionCookie(-60 * MINUTE, -60 * MINUTE), undefined],
    ['idle for 31 minutes', sessionCookie(40 * MINUTE, 31 * MINUTE), undefined],
    ['active all along, for 25 hours', sessionCookie(25 * 60 * MINUTE, MINUTE), undefined],
    ['active 29 minutes ago', sessionCookie(40 * MINUTE, 29 * MINUTE), SESSION],
    ['without times', `tl_session=${SESSION}`, undefined],
  ])('a session %s', (_, cookie, sessionId) => {
    expect(from({ headers: { cookie } }).sessionId).toBe(sessionId)
  })

  test('never throws and never lets through what is no id, whatever the headers', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), fc.string(), (headers, cookie) => {
        const { anonymousId } = from({ headers: { ...headers, cookie: `tl_id=${cookie}`, referer: cookie } })
        expect(anonymousId === undefined || /^[\w.:-]{8,200}$/.test(anonymousId)).toBe(true)
      }),
    )
  })
})

describe('consent', () => {
  const refused = { analytics: false, ads: false }

  test('Global Privacy Control and an opt-out refuse', () => {
    expect(from({ headers: { 'sec-gpc': '1' } }).consent).toEqual(refused)
    expect(from({ headers: { cookie: 'tl_opted_out=opted_out' } }).consent).toEqual(refused)
    expect(from({ headers: { cookie: 'tl_opted_out=denied' } }).consent).toEqual(refused)
    // What stays when it was taken back.
    expect(from({ headers: { cookie: 'tl_opted_out=opted_out; tl_opted_out=' } }).consent).toBeUndefined()
    expect(from({ headers: { 'sec-gpc': '0' } }).consent).toBeUndefined()
  })

  test('what the app knows goes over a signal, and a signal can be left aside', () => {
    const consent = { analytics: true, ads: true }
    expect(from({ headers: { 'sec-gpc': '1' } }, { consent }).consent).toEqual(consent)
    expect(from({ headers: { 'sec-gpc': '1' } }, { honorGpc: false }).consent).toBeUndefined()
  })

  test('a purpose that the app does not answer for is the signal’s', () => {
    const signalled = (consent: object) => from({ headers: { 'sec-gpc': '1' } }, { consent }).consent
    expect(signalled({})).toEqual(refused)
    expect(signalled({ analytics: undefined })).toEqual(refused)
    expect(signalled({ ads: true })).toEqual({ analytics: false, ads: true })
    expect(signalled({ analytics: true })).toEqual({ analytics: true, ads: false })
    expect(from({ headers: {} }, { consent: { ads: true } }).consent).toEqual({ ads: true })
  })
})

describe('context', () => {
  const page = { accept: 'text/html,*/*', referer: 'https://search.example/?q=shoes' }

  test('a request for a page is about that page, and comes from its referrer', () => {
    const request = new Request('https://shop.example/?utm_campaign=may&utm_medium=mail', { headers: page })
    expect(from(request).context).toEqual({
      url: 'https://shop.example/?utm_campaign=may&utm_medium=mail',
      referrer: 'https://search.example/?q=shoes',
      utm: { medium: 'mail', campaign: 'may' },
    })
  })

  test('Node gives a path only: the host and the protocol of the connection complete it', async () => {
    const { context } = await fromNode('/pricing?a=1', { ...page, host: 'shop.example' })
    expect(context.url).toBe('http://shop.example/pricing?a=1')
  })

  test('addresses that are no web addresses, too long, or with credentials in them', () => {
    const url = (referer: string) => from({ headers: { referer } }).context.url
    expect(url('javascript:alert(1)')).toBeUndefined()
    expect(url('https://')).toBeUndefined()
    expect(url(`https://shop.example/${'a'.repeat(2_048)}`)).toBeUndefined()
    expect(url('https://user:secret@shop.example/')).toBe('https://shop.example/')
  })

  test('a user agent is cut to 512 characters', () => {
    expect(from({ headers: { 'user-agent': 'x'.repeat(5_000) } }).context.userAgent).toHaveLength(512)
  })
})

describe('the address of the visitor', () => {
  const via = (forwarded: string, remoteAddress?: string) => ({
    headers: { 'x-forwarded-for': forwarded, 'cf-connecting-ip': '198.51.100.4' },
    socket: { remoteAddress },
  })

  test.each([
    ['nobody is believed unless named', via('6.6.6.6', '10.0.0.1'), {}, '10.0.0.1'],
    ['one proxy: the last entry', via('6.6.6.6, 203.0.113.7', '10.0.0.1'), { trustedProxies: 1 }, '203.0.113.7'],
    ['two proxies: the last but one', via('6.6.6.6,203.0.113.7, 10.1.1.1'), { trustedProxies: 2 }, '203.0.113.7'],
    ['fewer entries than proxies: it came another way', via('203.0.113.7'), { trustedProxies: 2 }, undefined],
    ["the platform's own header", via('6.6.6.6'), { ipHeader: 'cf-connecting-ip' }, '198.51.100.4'],
    ['no address at all', via('<script>'), { trustedProxies: 1 }, undefined],
    ['IPv4 with a port', via('203.0.113.7:4711'), { trustedProxies: 1 }, '203.0.113.7'],
    ['IPv6 in brackets with a port', via('[2001:db8::1]:443'), { trustedProxies: 1 }, '2001:db8::1'],
    ['IPv4 in IPv6', via('', '::ffff:192.0.2.1'), {}, '192.0.2.1'],
    ['numbers that are no address', via('999.1.1.1'), { trustedProxies: 1 }, undefined],
    ['what the app says', via('6.6.6.6', '10.0.0.1'), { ip: '192.0.2.33' }, '192.0.2.33'],
  ])('%s', (_, request, options, ip) => {
    expect(from(request, options).context.ip).toBe(ip)
  })
})
