import type { IncomingHttpHeaders } from 'node:http'
import { isIP, isIPv6 } from 'node:net'

/** What is needed of Node's request. */
export interface Incoming {
  readonly socket: { readonly remoteAddress?: string | undefined }
  readonly headers: IncomingHttpHeaders
}

/**
 * The address that a request comes from; empty when it is not known. Behind `trustedProxies` it is what the outermost of them saw,
 * each of which appends to `X-Forwarded-For`; what stands before that is the client's own claim.
 */
export function clientAddress({ socket, headers }: Incoming, trustedProxies: number): string {
  const own = withoutPrefix(socket.remoteAddress ?? '')
  if (trustedProxies === 0) return own
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
  const seen = withoutPrefix(withoutPort(forwarded.at(-trustedProxies) ?? ''))
  return isIP(seen) ? seen : own
}

/**
 * Whether the browser came by https to the outermost of `trustedProxies`. Some proxies append to `X-Forwarded-Proto`, most
 * write their own; without a proxy of yours the header is the client's own claim.
 */
export function cameByTls({ headers }: Pick<Incoming, 'headers'>, trustedProxies: number): boolean {
  if (trustedProxies === 0) return false
  const protocols = [headers['x-forwarded-proto'] ?? []].flat().join(',').split(',')
  const seen = protocols.at(-Math.min(trustedProxies, protocols.length)) ?? ''
  return seen.trim().toLowerCase() === 'https'
}

function withoutPort(hop: string): string {
  const [, bracketed, bare = ''] = /^\s*(?:\[([^\]]*)\](?::\d+)?|(\S*))\s*$/.exec(hop) ?? []
  return bracketed ?? bare.replace(/^([\d.]+):\d+$/, '$1')
}

/** An IPv4 address that is written as one of IPv6. */
function withoutPrefix(address: string): string {
  return address.replace(/^::ffff:(?=[\d.]+$)/i, '')
}

/**
 * The network of an address, for limits: an IPv4 address itself, or the first 64 bits of one of IPv6, since whoever has one has all of
 * those.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.replace(/%.*$/, '').split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
