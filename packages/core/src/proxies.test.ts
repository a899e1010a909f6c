import { expect, test } from 'vitest'
import { proxiesOf } from './proxies.ts'

const PROXY = 'http://proxy.example.com:8080'

test.each<[string, { readonly [name: string]: string }, object | undefined]>([
  ['no variable', {}, undefined],
  ['blank ones', { HTTPS_PROXY: '', http_proxy: ' ' }, undefined],
  ['one for all', { HTTP_PROXY: PROXY }, { httpProxy: PROXY, httpsProxy: PROXY, noProxy: '' }],
  ['one for https', { https_proxy: PROXY }, { httpProxy: '', httpsProxy: PROXY, noProxy: '' }],
  [
    'a blank one before it',
    { HTTPS_PROXY: '', HTTP_PROXY: PROXY },
    { httpProxy: PROXY, httpsProxy: PROXY, noProxy: '' },
  ],
  ['lower case, but blank', { https_proxy: '', HTTPS_PROXY: PROXY }, { httpProxy: '', httpsProxy: PROXY, noProxy: '' }],
  [
    'exceptions',
    { HTTP_PROXY: PROXY, no_proxy: '', NO_PROXY: 'localhost' },
    { httpProxy: PROXY, httpsProxy: PROXY, noProxy: 'localhost' },
  ],
  [
    'no scheme, as curl takes it',
    { HTTPS_PROXY: 'user:secret@proxy.example.com:8080' },
    { httpProxy: '', httpsProxy: 'http://user:secret@proxy.example.com:8080', noProxy: '' },
  ],
])('%s', (_name, env, proxies) => {
  expect(proxiesOf(env)).toEqual(proxies)
})

test.each(['socks5://user:secret@proxy:1080', 'http://', 'http://proxy:port', 'ftp://proxy'])(
  'what is no HTTP proxy is an error that names the variable: %s',
  (https_proxy) => {
    const read = (): unknown => proxiesOf({ https_proxy })
    expect(read).toThrow('https_proxy is no address of an HTTP proxy')
    expect(read).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') }))
  },
)
