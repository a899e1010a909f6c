import type { Utm } from '@threadline/schema'

const UTM = ['source', 'medium', 'campaign', 'term', 'content'] as const

/** Campaign parameters under their full names, `utm_source` and so on; `undefined` when there is none. */
export function utmFields(utm: Utm | undefined): { readonly [name: string]: string } | undefined {
  const fields: { [name: string]: string } = {}
  for (const name of UTM) {
    const value = utm?.[name]
    if (value !== undefined) fields[`utm_${name}`] = value
  }
  return Object.keys(fields).length === 0 ? undefined : fields
}

/** `text` as an absolute URL; `undefined` when it is none. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

/** The host that a URL names, without its port; `undefined` when there is none to be read. */
export function hostOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : parseUrl(url)?.hostname || undefined
}

/** `url` with the campaign parameters that it does not have yet; the rest of its text stays as it is. */
export function withUtm(url: string, utm: Utm | undefined): string {
  const present = parseUrl(url)?.searchParams
  let missing = ''
  for (const [name, value] of Object.entries(utmFields(utm) ?? {})) {
    if (!present?.has(name)) missing += `&${name}=${encodeURIComponent(value)}`
  }
  if (missing === '') return url
  const [address = '', ...fragment] = url.split('#')
  const query = address.includes('?') ? `${address}${missing}` : `${address}?${missing.slice(1)}`
  return [query, ...fragment].join('#')
}
