/** Whom to believe about a visitor's address. Headers can be forged, so nobody is believed unless named. */
export interface ProxyTrust {
  /**
   * Proxies of yours that a request has passed when it arrives, each of which appends to `X-Forwarded-For`. The address
   * that the outermost of them saw is the visitor's; what stands before it in the header is the client's own claim. The
   * page's own host is then taken from `X-Forwarded-Host`, where they set it.
   *
   * @defaultValue `0`: the address is the connection's, the host that of the request
   */
  readonly trustedProxies?: number | undefined
  /**
   * A header that your platform sets and that clients cannot: `cf-connecting-ip`, `fly-client-ip`, `x-real-ip`. Goes
   * over `trustedProxies`. In lower case.
   */
  readonly ipHeader?: string | undefined
}

/** What says where a request comes from. */
interface Origin {
  /** A header's value by its lower-case name. */
  header(name: string): string | undefined
  /** The other end of the connection. */
  readonly remoteAddress: string | undefined
}

/** The visitor's address, as far as it can be believed; `undefined` when it cannot, or is no address. */
export function clientIp(request: Origin, { trustedProxies = 0, ipHeader }: ProxyTrust): string | undefined {
  if (ipHeader !== undefined) return address(request.header(ipHeader))
  if (trustedProxies === 0) return address(request.remoteAddress)
  const hops = (request.header('x-forwarded-for') ?? '').split(',')
  return address(hops.at(-trustedProxies))
}

/** `1.2.3.4`, `1.2.3.4:80`, `::1`, `[::1]:80`, `::ffff:1.2.3.4`: an address without its port, mapped IPv4 as IPv4. */
function address(value: string | undefined): string | undefined {
  const [, bracketed, bare = ''] = /^\s*(?:\[([^\]]*)\](?::\d+)?|(\S*))\s*$/.exec(value ?? '') ?? []
  const ip = (bracketed ?? bare.replace(/^([\d.]+):\d+$/, '$1')).replace(/^::ffff:(?=[\d.]+$)/i, '')
  return isIpv4(ip) || isIpv6(ip) ? ip : undefined
}

function isIpv4(ip: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(ip) && ip.split('.').every((part) => Number(part) < 256)
}

/** Lets the URL parser decide, which every runtime has. A zone (`fe80::1%eth0`) is no part of an address. */
function isIpv6(ip: string): boolean {
  return ip.includes(':') && /^[\da-f:.]{2,45}$/i.test(ip) && URL.canParse(`http://[${ip}]`)
}
