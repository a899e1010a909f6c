import type { IncomingHttpHeaders } from 'node:http'
import { isIP, isIPv4 } from 'node:net'

/** What is needed of Node's request. */
export interface Incoming {
  readonly socket: { readonly remoteAddress?: string | undefined }
  readonly headers: IncomingHttpHeaders
}

/**
 * The network that a request comes from, for limits: an IPv4 address, or the first 64 bits of an IPv6 address, since
 * whoever has one has all of those. Behind `trustedProxies` it is what the outermost of them saw, each of which appends to
 * `X-Forwarded-For`; what stands before that is the client's own claim.
 */
export function clientAddress({ socket, headers }: Incoming, trustedProxies: number): string {
  const own = socket.remoteAddress ?? ''
  if (trustedProxies === 0) return network(own)
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
  const seen = withoutPort(forwarded.at(-trustedProxies) ?? '')
  return network(isIP(seen) ? seen : own)
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

function network(address: string): string {
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/i, '')
  if (plain === '' || isIPv4(plain)) return plain
  const [head = '', tail] = plain.replace(/%.*$/, '').split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
