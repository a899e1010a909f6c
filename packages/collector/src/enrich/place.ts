import type { Place } from './derived.ts'

/** Names of the headers by which your own edge tells where a visitor is. */
export interface PlaceHeaders {
  /** With two letters: `cf-ipcountry`, `x-vercel-ip-country`, `cloudfront-viewer-country`. */
  readonly country: string
  /** With a code or a name: `cf-region-code`, `x-vercel-ip-country-region`, `cloudfront-viewer-country-region`. */
  readonly region?: string
  /** `cf-ipcity`, `x-vercel-ip-city`, `cloudfront-viewer-city`. */
  readonly city?: string
}

/** What Cloudflare says of nobody knows where, and of the Tor network. */
const NOWHERE = new Set(['XX', 'T1'])

const MAX_NAME = 100

/** What the headers of an edge tell; undefined without a country. */
export function placeOfHeaders(names: PlaceHeaders, header: (name: string) => string | undefined): Place | undefined {
  const read = (name: string | undefined) => (name === undefined ? undefined : decoded(header(name)))
  return placeOf(read(names.country), read(names.region), read(names.city))
}

/** A place of what was found out; undefined when the country is no code of one. */
export function placeOf(
  country: string | undefined,
  region?: string | undefined,
  city?: string | undefined,
): Place | undefined {
  const code = country?.trim().toUpperCase() ?? ''
  if (!/^[A-Z]{2}$/.test(code) || NOWHERE.has(code)) return undefined
  const part = named(region)
  const town = named(city)
  return {
    country: code,
    ...(part !== undefined && { region: /^[A-Z\d]{1,3}$/.test(part) ? `${code}-${part}` : part }),
    ...(town !== undefined && { city: town }),
  }
}

function named(text: string | undefined): string | undefined {
  const trimmed = text?.trim().slice(0, MAX_NAME)
  return trimmed === '' ? undefined : trimmed
}

/** Some edges write names in percent-encoding, others in bytes of UTF-8, which arrive as one character each. */
function decoded(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  try {
    return decodeURIComponent(text.includes('%') ? text : escapeBytes(text))
  } catch {
    return text
  }
}

function escapeBytes(text: string): string {
  return Array.from(Buffer.from(text, 'latin1'), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}
