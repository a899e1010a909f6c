import { ThreadlineError } from '@threadline/core'
import { parseUrl } from './url.ts'

/** One option of a destination as it was given, with the names for the error message. */
export interface GivenOption {
  readonly destination: string
  readonly option: string
  readonly value: unknown
}

function invalid({ destination, option }: GivenOption, rule: string): ThreadlineError {
  return new ThreadlineError('invalid_config', `${destination}: ${option} ${rule}`)
}

/** What a value of the wrong type is, for a message that may not show it. */
function kindOf(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing'
  return typeof value === 'string' ? 'blanks' : `a value of type ${typeof value}`
}

/**
 * A non-blank string that may stand in a header: printable ASCII. White space around it is taken off, since files,
 * secret stores and copied text bring it along.
 *
 * Throws `invalid_config`; the message never contains the value, which may be a key.
 */
export function headerText(given: GivenOption): string {
  const { value } = given
  const text = typeof value === 'string' ? value.trim() : ''
  if (text === '') throw invalid(given, `is required: got ${kindOf(value)}`)
  if (!/^[ -~]+$/.test(text)) throw invalid(given, 'must be printable ASCII on one line')
  return text
}

/**
 * A key of the right kind, told by its prefix: a key of another service or kind must not reach this one.
 *
 * Throws `invalid_config`; the message never contains the key.
 */
export function keyWithPrefix(given: GivenOption, prefixes: readonly string[]): string {
  const key = headerText(given)
  if (!prefixes.some((prefix) => key.startsWith(prefix))) {
    throw invalid(given, `must start with ${prefixes.join(' or ')}`)
  }
  return key
}

/**
 * A key that is not of the kinds that must not reach this service, told by their prefixes.
 *
 * Throws `invalid_config`; the message never contains the key.
 */
export function keyWithoutPrefix(given: GivenOption, prefixes: readonly string[]): string {
  const key = headerText(given)
  if (!prefixes.some((prefix) => key.startsWith(prefix))) return key
  throw invalid(given, `must not start with ${prefixes.join(' or ')}: those keys read, and must stay secret`)
}

/**
 * A positive whole number, or one written as text, as environment variables have it.
 *
 * Throws `invalid_config`.
 */
export function positiveInteger(given: GivenOption): number {
  const { value } = given
  const number = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number) && number > 0) return number
  throw invalid(given, `must be a positive integer: got ${typeof value === 'number' ? value : kindOf(value)}`)
}

const ADDRESS = /^(?!\/\/)(?:https?:\/\/[^\s/?#@]+)?(?:\/[^\s?#]*)?$/i

/**
 * An absolute http(s) address, or the path of this page's origin that the app forwards, without trailing slashes.
 *
 * Throws `invalid_config`, with the address as it should be where that can be told.
 */
export function baseAddress(given: GivenOption): string {
  const address = headerText(given)
  // Credentials in the address would end up in error messages, and `fetch` refuses them anyway.
  if (ADDRESS.test(address) && (address.startsWith('/') || parseUrl(address))) return address.replace(/\/+$/, '')
  const mended = mendedAddress(address)
  const rule = 'must be an http:// or https:// address without credentials, query or fragment'
  throw invalid(given, mended === undefined ? rule : `${rule}: write ${JSON.stringify(mended)}`)
}

/** What somebody meant who wrote `events.example.com`, or copied an address with a query. */
function mendedAddress(address: string): string | undefined {
  const scheme = /^(?:localhost|127\.|\[::1\])/i.test(address) ? 'http' : 'https'
  const url = parseUrl(/^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `${scheme}://${address}`)
  return url && /^https?:$/.test(url.protocol) && url.hostname
    ? `${url.origin}${url.pathname}`.replace(/\/+$/, '')
    : undefined
}
