import { ThreadlineError } from '@threadline/core'
import type { EventCatalogue } from '@threadline/schema'
import { shown } from '../capture/printable.ts'
import type { HandledSignal, ServerClientOptions } from './options.ts'

type Options = ServerClientOptions<EventCatalogue>

/** Whether a value is what an option takes, and what that is, for a message. */
interface Kind {
  readonly accepts: (value: unknown) => boolean
  readonly rule: string
  /** How somebody may have meant it who wrote `value`. */
  readonly mended?: (value: unknown) => string | undefined
}

const SWITCH: Kind = {
  accepts: (value) => typeof value === 'boolean',
  rule: 'must be true or false',
  mended: (value) =>
    typeof value === 'string' ? "an environment variable is text: compare it, as in x === 'true'" : undefined,
}

const FUNCTION: Kind = { accepts: isFunction, rule: 'must be a function' }

/** By name, so that an option of another kind is a type error here. */
const SIGNALS: { readonly [Signal in HandledSignal]: true } = {
  SIGBREAK: true,
  SIGHUP: true,
  SIGINT: true,
  SIGQUIT: true,
  SIGTERM: true,
  SIGUSR1: true,
  SIGUSR2: true,
}

const KINDS: { readonly [Option in keyof Options]?: Kind } = {
  strict: SWITCH,
  gzip: SWITCH,
  resendUnclear: SWITCH,
  flushOnExit: SWITCH,
  onError: FUNCTION,
  onDrop: FUNCTION,
  onDelivered: FUNCTION,
  transport: FUNCTION,
  onCapture: {
    accepts: (value) => isFunction(value) || isListOf(value, isFunction),
    rule: 'must be a function, or a list of them',
  },
  propertyDenylist: { accepts: (value) => isListOf(value, isText), rule: 'must be a list of names', mended: asList },
  handleSignals: {
    accepts: (value) => isListOf(value, (signal) => isText(signal) && Object.hasOwn(SIGNALS, signal)),
    rule: `must be a list of signals, of ${Object.keys(SIGNALS).join(', ')}`,
    mended: asList,
  },
  validate: {
    accepts: (value) => value === 'report' || value === 'throw' || value === 'off',
    rule: "must be 'report', 'throw' or 'off'",
  },
  events: {
    accepts: (value) => isObject(value) && isObject(value['definitions']),
    rule: 'must be what defineEvents made',
  },
  spool: {
    accepts: (value) => isObject(value) && isText(value['dir']) && value['dir'].trim() !== '',
    rule: 'must be an object with the path of a folder, { dir }',
    mended: (value) => (isText(value) && value.trim() !== '' ? `write { dir: ${shown(value)} }` : undefined),
  },
  dispatcher: {
    accepts: (value) => isObject(value) && isFunction(value['dispatch']),
    rule: 'must be a dispatcher of undici',
  },
  headers: {
    accepts: (value) => isObject(value) && !Array.isArray(value),
    rule: 'must be an object of names and values',
  },
  destination: { accepts: isDestination, rule: 'must be a destination, as servoki({ … }) makes one' },
  destinations: { accepts: (value) => isListOf(value, isDestination), rule: 'must be a list of destinations' },
}

/**
 * Refuses options that are not of the kind they have to be: most would be taken, and do nothing or fail much later.
 *
 * @throws ThreadlineError `invalid_config`
 */
export function checkKinds(options: Options): void {
  for (const [name, kind] of Object.entries(KINDS)) check(options, name as keyof Options, kind)
}

/**
 * Refuses an `enabled` that is neither true nor false: the text of a variable, `'false'` included, would switch it on.
 *
 * @throws ThreadlineError `invalid_config`
 */
export function checkEnabled(options: Options): void {
  check(options, 'enabled', SWITCH)
}

function check(options: Options, name: keyof Options, { accepts, rule, mended }: Kind): void {
  const value = options[name]
  if (value === undefined || accepts(value)) return
  const advice = mended?.(value)
  const message = `createServerClient: ${name} ${rule}: got ${shown(value)}${advice === undefined ? '' : `. ${advice}`}`
  throw new ThreadlineError('invalid_config', message)
}

function asList(value: unknown): string | undefined {
  return isText(value) ? `write [${shown(value)}]` : undefined
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null
}

function isListOf(value: unknown, accepts: (each: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(accepts)
}

function isDestination(value: unknown): boolean {
  return isObject(value) && isText(value['name']) && isFunction(value['encode']) && isFunction(value['request'])
}
