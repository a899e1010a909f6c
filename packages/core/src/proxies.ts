/** The proxies that an environment names, as undici's `EnvHttpProxyAgent` takes them: blank text means "no variable". */
export interface Proxies {
  readonly httpProxy: string
  readonly httpsProxy: string
  readonly noProxy: string
}

interface Environment {
  readonly [name: string]: string | undefined
}

/** Code of the error about a proxy whose address is none: no request can have left. */
const INVALID_PROXY = 'ERR_INVALID_PROXY'

/**
 * Reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in lower case first. A variable that is set but blank counts as none, and
 * a proxy without a scheme is an `http://` one, as for curl. `undefined` when there is none.
 *
 * @throws Error with the code `ERR_INVALID_PROXY` for what is no address of a proxy that can be used. It names the variable,
 * never its value, which may hold a password.
 */
export function proxiesOf(env: Environment): Proxies | undefined {
  const httpProxy = proxyOf(env, 'http_proxy')
  const httpsProxy = proxyOf(env, 'https_proxy') || httpProxy
  return httpProxy || httpsProxy ? { httpProxy, httpsProxy, noProxy: variable(env, 'no_proxy')?.text ?? '' } : undefined
}

function proxyOf(env: Environment, lowerName: string): string {
  const found = variable(env, lowerName)
  if (!found) return ''
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(found.text) ? found.text : `http://${found.text}`
  if (/^https?:/i.test(address) && isUrl(address)) return address
  const message = `${found.name} is no address of an HTTP proxy: write http://proxy.example.com:8080`
  throw Object.assign(new Error(message), { code: INVALID_PROXY })
}

function isUrl(address: string): boolean {
  try {
    return Boolean(new URL(address))
  } catch {
    return false
  }
}

function variable(env: Environment, lowerName: string): { readonly name: string; readonly text: string } | undefined {
  for (const name of [lowerName, lowerName.toUpperCase()]) {
    const text = env[name]?.trim()
    if (text) return { name, text }
  }
  return undefined
}
