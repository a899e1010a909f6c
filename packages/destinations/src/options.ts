import { ThreadlineError } from '@threadline/core'

/** One option of a destination as it was given, with the names for the error message. */
export interface GivenOption {
  readonly destination: string
  readonly option: string
  readonly value: unknown
}

function invalid({ destination, option }: GivenOption, rule: string): ThreadlineError {
  return new ThreadlineError('invalid_config', `${destination}: ${option} ${rule}`)
}

/**
 * A non-blank string that may stand in a header: visible ASCII, and spaces inside.
 *
 * Throws `invalid_config`; the message never contains the value, which may be a key.
 */
export function headerText(given: GivenOption): string {
  const { value } = given
  if (typeof value !== 'string' || value.trim() === '') throw invalid(given, 'is required')
  if (!/^[!-~](?:[ -~]*[!-~])?$/.test(value)) throw invalid(given, 'must be printable ASCII without spaces around it')
  return value
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
 * An absolute http(s) address, or the path of this page's origin that the app forwards, without trailing slashes.
 *
 * Throws `invalid_config`.
 */
export function baseAddress(given: GivenOption): string {
  const address = headerText(given)
  // Credentials in the address would end up in error messages, and `fetch` refuses them anyway.
  if (!/^(?:https?:\/\/[^\s/?#@]+)?(?:\/[^\s?#]*)?$/.test(address)) {
    throw invalid(given, 'must be an http(s) address without credentials, query or fragment')
  }
  return address.replace(/\/+$/, '')
}
