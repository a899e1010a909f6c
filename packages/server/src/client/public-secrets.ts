import { ThreadlineError } from '@threadline/core'

/** Names of variables that build tools copy into what pages download. */
const PUBLIC_NAME = /^(?:NEXT_PUBLIC|NUXT_PUBLIC|VITE|PUBLIC|REACT_APP|VUE_APP|GATSBY|EXPO_PUBLIC)_/

/** How secret keys begin: a Threadline collector's, Millimetric's and Stripe's, Servoki's, Web Analyzer's, PostHog's. */
const SECRET_KEY = /^(?:sk_|rk_|servoki_|waa_|ph[xs]_)/

export interface Environment {
  readonly [name: string]: string | undefined
}

/** All environment variables; none where there is no process, or where reading them is not permitted (Deno). */
export function environment(): Environment {
  try {
    return { ...process.env }
  } catch {
    return {}
  }
}

/**
 * The warning that an environment deserves when a secret key sits in a variable that build tools publish; nothing when
 * it is in order. The message names the variables and never what they hold.
 */
export function publicSecretsError(env: Environment): ThreadlineError | undefined {
  const names = Object.keys(env).filter((name) => PUBLIC_NAME.test(name) && SECRET_KEY.test(env[name] ?? ''))
  if (names.length === 0) return undefined
  const message = `${names.join(', ')}: build tools copy variables of such names into pages; rename, and replace the key`
  return new ThreadlineError('secret_key_in_browser', message)
}
