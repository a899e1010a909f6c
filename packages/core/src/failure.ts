import type { SendFailure } from './queue/contract.ts'

/** Codes of failures before the first byte of a request was written: name lookup, connection, TLS handshake. */
const NEVER_SENT =
  /^(ECONNREFUSED|ConnectionRefused|ENOTFOUND|EAI_|EHOST|ENET|EADDRNOTAVAIL|EMFILE|ENFILE|UND_ERR_(?:CONNECT_TIMEOUT|INVALID_ARG)|FailedToOpenSocket|CERT_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|ERR_INVALID_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/

/** System calls before that byte, whatever came of them. */
const BEFORE_SENDING = /^(getaddrinfo|socket|bind|connect)$/

/** What to do about a failure, by the beginning of its code. */
const ADVICE: readonly (readonly [codes: RegExp, advice: string])[] = [
  [/^(ECONNREFUSED|ConnectionRefused)/, 'nothing listens there: is the collector running, and is the port right?'],
  [/^(ENOTFOUND|EAI_)/, 'the name does not resolve: check host, and the DNS of this machine'],
  [/^(EHOST|ENET|EADDRNOTAVAIL|FailedToOpenSocket)/, 'no route: check the network and its firewall'],
  [/^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)/, 'no connection in time: check the network and its firewall'],
  [/^(EMFILE|ENFILE)/, 'this process is out of file descriptors: raise ulimit -n, or find what leaks them'],
  [/^(CERT_HAS_EXPIRED)/, 'its certificate has expired: renew it, or set the clock of this machine'],
  [/^(ERR_TLS_CERT_ALTNAME)/, 'its certificate is for another name: check host'],
  [
    /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/,
    'its certificate is not trusted: name its authority in NODE_EXTRA_CA_CERTS',
  ],
  [/^(ERR_TLS_|ERR_SSL_|EPROTO)/, 'no TLS: is it an http:// address?'],
  [/^HPE_/, 'what answers speaks no HTTP: is it an https:// address?'],
  [/^ERR_OSSL_/, 'the certificate in ca cannot be read: it must be PEM, -----BEGIN CERTIFICATE-----'],
  [/^UND_ERR_INVALID_ARG/, 'is dispatcher one of undici 7 or later?'],
  [
    /^ERR_INVALID_PROXY/,
    'HTTPS_PROXY or HTTP_PROXY is no address of an HTTP proxy: write http://proxy.example.com:8080',
  ],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET|ConnectionClosed)/, 'the connection was closed before an answer came'],
]

/** How deep causes are followed; nothing real goes deeper. */
const MAX_DEPTH = 5

/**
 * Turns whatever a transport rejected with into the queue's terms, with a message that names the host, the cause and
 * what to do.
 *
 * A failure counts as sent unless its code proves that the request never left: a lost answer looks the same as a lost
 * request, and a resend to a service that does not dedupe would count twice.
 */
export function failureOf(error: unknown, url: string): SendFailure {
  return { status: 0, error, sent: !neverSent(error, 0), message: messageOf(error, url) }
}

function neverSent(error: unknown, depth: number): boolean {
  if (depth > MAX_DEPTH) return false
  if (proxyStatus(error) !== undefined) return true
  const code = memberOf(error, 'code')
  if (typeof code === 'string' && NEVER_SENT.test(code)) return true
  const call = memberOf(error, 'syscall')
  if (typeof call === 'string' && BEFORE_SENDING.test(call)) return true
  // Node tries every address of a host and wraps what each of them said.
  const errors = memberOf(error, 'errors')
  if (Array.isArray(errors)) return errors.length > 0 && errors.every((each) => neverSent(each, depth + 1))
  const cause = memberOf(error, 'cause')
  return cause !== undefined && neverSent(cause, depth + 1)
}

function messageOf(error: unknown, url: string): string {
  const host = hostOf(url)
  const status = proxyStatus(error)
  if (status !== undefined) {
    return `cannot reach ${host}: the proxy answered ${status} (${PROXY_ADVICE[status] ?? 'it opens no connection to there: ask who runs it'})`
  }
  const code = codeOf(error)
  const proxy = code && otherPeer(error, url)
  if (proxy) return `cannot reach ${host} through ${proxy}: ${code} (that is the proxy of HTTPS_PROXY or HTTP_PROXY)`
  if (code === undefined) return `no answer from ${host}: ${firstLine(memberOf(error, 'message'))}`
  const advice = ADVICE.find(([codes]) => codes.test(code))?.[1]
  return advice ? `cannot reach ${host}: ${code} (${advice})` : `cannot reach ${host}: ${code}`
}

/** What to do about a status by which a proxy refuses a connection through it. */
const PROXY_ADVICE: { readonly [status: string]: string } = {
  407: 'it wants credentials: put them into HTTPS_PROXY, as http://user:password@proxy:8080',
}

/** The status with which a proxy answered, other than 200, when it was asked for a connection; in undici's words. */
function proxyStatus(error: unknown): string | undefined {
  const message = memberOf(error, 'message')
  return typeof message === 'string' ? /^Proxy response \((\d{3})\)/.exec(message)?.[1] : undefined
}

/** Whom a connection failed to when that is not whom the request is for: a proxy, of the environment. */
function otherPeer(error: unknown, url: string): string | undefined {
  const [, hostname = '', port] = /^(.*?)(?::(\d+))?$/.exec(hostOf(url)) ?? []
  const inner = innermost(error)
  const name = memberOf(inner, 'hostname')
  // Of a failed look-up; a connection knows the address only.
  if (typeof name === 'string') return name.toLowerCase() === hostname.toLowerCase() ? undefined : name
  const own = Number(port) || (/^https/i.test(url) ? 443 : 80)
  const [address, other] = [memberOf(inner, 'address'), memberOf(inner, 'port')]
  return typeof address === 'string' && typeof other === 'number' && other !== own ? `${address}:${other}` : undefined
}

/** The failure that the others wrap. */
function innermost(error: unknown, depth = 0): unknown {
  const errors = memberOf(error, 'errors')
  const inner = Array.isArray(errors) ? errors[0] : memberOf(error, 'cause')
  return inner === undefined || depth > MAX_DEPTH ? error : innermost(inner, depth + 1)
}

/** The innermost code of a failure, where it has one: what wraps it says less. */
export function codeOf(error: unknown, depth = 0): string | undefined {
  if (depth > MAX_DEPTH) return undefined
  const errors = memberOf(error, 'errors')
  const inner = Array.isArray(errors) ? errors[0] : memberOf(error, 'cause')
  const code = memberOf(error, 'code')
  return (inner !== undefined && codeOf(inner, depth + 1)) || (typeof code === 'string' ? code : undefined)
}

/** Reads what may be anything, of any realm, with getters that throw. */
function memberOf(value: unknown, name: string): unknown {
  try {
    return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  } catch {
    return undefined
  }
}

function firstLine(message: unknown): string {
  return typeof message === 'string' && message !== ''
    ? (message.split('\n')[0]?.slice(0, 200) ?? '')
    : 'no cause given'
}

/** The host of an address, port included; without the `URL` that not every runtime's types have here. */
function hostOf(url: string): string {
  return /^https?:\/\/(?:[^/?#@]*@)?([^/?#]+)/i.exec(url)?.[1] ?? 'the address'
}
