import { describe, expect, test } from 'vitest'
import { failureOf } from './failure.ts'

const URL_ = 'https://events.example.com/v1/batch?key=secret'

function failure(code: string | undefined, extra: object = {}): Error {
  return Object.assign(new Error('it failed\nwith details'), code && { code }, extra)
}

describe('what a failure is called', () => {
  test.each([
    [failure('ECONNREFUSED'), /^cannot reach events\.example\.com: ECONNREFUSED \(.*is the collector running/, false],
    // What `fetch` and happy eyeballs make of it.
    [
      new TypeError('fetch failed', {
        cause: new AggregateError([failure('ECONNREFUSED'), failure('ENETUNREACH')], 'all failed'),
      }),
      /ECONNREFUSED \(/,
      false,
    ],
    [failure('ERR_TLS_CERT_ALTNAME_INVALID'), /certificate is for another name/, false],
    [failure('DEPTH_ZERO_SELF_SIGNED_CERT'), /NODE_EXTRA_CA_CERTS/, false],
    [failure('EAI_FAIL', { syscall: 'getaddrinfo' }), /the name does not resolve/, false],
    [failure('ETIMEDOUT', { syscall: 'connect' }), /no connection in time/, false],
    [failure('ETIMEDOUT', { syscall: 'read' }), /no connection in time/, true],
    [failure('HPE_INVALID_CONSTANT'), /is it an https:\/\/ address/, true],
    [failure('ERR_OSSL_PEM_NO_START_LINE'), /ca cannot be read: it must be PEM/, false],
    [failure('UND_ERR_INVALID_ARG'), /dispatcher one of undici 7/, false],
    [failure('ERR_INVALID_PROXY'), /HTTPS_PROXY or HTTP_PROXY is no address/, false],
    [
      failure('ENOTFOUND', { hostname: 'proxy.example.com' }),
      /through proxy\.example\.com: ENOTFOUND \(.*HTTPS_PROXY/,
      false,
    ],
    [failure('ENOTFOUND', { hostname: 'events.example.com' }), /com: ENOTFOUND \(the name does not resolve/, false],
    [failure('ECONNREFUSED', { address: '192.0.2.1', port: 3128 }), /through 192\.0\.2\.1:3128: ECONNREFUSED/, false],
    [failure('ECONNREFUSED', { address: '192.0.2.1', port: 443 }), /com: ECONNREFUSED \(nothing listens/, false],
    [
      failure('UND_ERR_ABORTED', { message: 'Proxy response (407) !== 200 when HTTP Tunneling' }),
      /the proxy answered 407 \(it wants credentials/,
      false,
    ],
    [
      failure('UND_ERR_ABORTED', { message: 'Proxy response (403) !== 200 when HTTP Tunneling' }),
      /the proxy answered 403 \(it opens no connection/,
      false,
    ],
    [failure('EMFILE'), /file descriptors/, false],
    [failure('UND_ERR_SOCKET'), /cannot reach .*: UND_ERR_SOCKET/, true],
    [failure('UND_ERR_SOCKET', { cause: failure('ECONNRESET') }), /: ECONNRESET \(/, true],
    [failure('E_NEW'), /^cannot reach events\.example\.com: E_NEW$/, true],
    [failure(undefined), /^no answer from events\.example\.com: it failed$/, true],
    ['a string', /no cause given/, true],
    [
      new Proxy(
        {},
        {
          get() {
            throw new Error('unreadable')
          },
        },
      ),
      /no cause given/,
      true,
    ],
  ])('%#', (error, message, sent) => {
    expect(failureOf(error, URL_)).toMatchObject({ status: 0, sent, message: expect.stringMatching(message) })
  })

  test('a circle of causes ends', () => {
    const error = failure(undefined)
    Object.assign(error, { cause: error })
    expect(failureOf(error, URL_).sent).toBe(true)
  })
})
