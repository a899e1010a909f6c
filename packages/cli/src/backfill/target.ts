import { usageError } from '../cli-error.ts'
import { type Convert, toBoolean, toInteger, toJson, toNumber, toPlain, toText, toTime } from './convert.ts'

/** Where a value goes in an event, and what it is turned into on the way. */
export interface Target {
  /** A member of the event: `userId`, `properties`. */
  readonly field: string
  /** A member of that one: `plan` of `properties.plan`. */
  readonly member: string | undefined
  readonly convert: Convert
  /** The amount is in major units: 49.90 and not 4990. */
  readonly isMajor: boolean
}

const TEXTS: ReadonlySet<string> = new Set([
  'eventId',
  'event',
  'anonymousId',
  'userId',
  'sessionId',
  'email',
  'url',
  'path',
  'title',
  'referrer',
])

/** Fields that are objects, with the conversion of their members. */
const OBJECTS: ReadonlyMap<string, Convert> = new Map([
  ['properties', toPlain],
  ['traits', toPlain],
  ['utm', toText],
  ['clickIds', toText],
  ['context', toPlain],
  ['consent', toBoolean],
])

/** Types that a property or trait may be given. */
const TYPES: ReadonlyMap<string, Convert> = new Map([
  ['text', toText],
  ['number', toNumber],
  ['boolean', toBoolean],
  ['json', toJson],
])

/** Every field that a row may fill by having a column of that name. */
export const FIELDS: readonly string[] = [...TEXTS, 'timestamp', 'value', 'currency', ...OBJECTS.keys()]

const upperCase: Convert = (value) => toText(value).toUpperCase()

/**
 * Reads `field`, `field.member` or one of them with `:type`.
 *
 * @throws CliError `usage` when an event has no such field, or the field no such type.
 */
export function parseTarget(text: string): Target {
  const target = findTarget(text)
  if (target) return target
  throw usageError(
    `${JSON.stringify(text)} is no place in an event: ${FIELDS.join(', ')}, value:major, properties.NAME (or traits.NAME, with :text, :number, :boolean or :json)`,
  )
}

/** As {@link parseTarget}; undefined for what is no place in an event. */
export function findTarget(text: string): Target | undefined {
  const [, path = '', type] = /^(.*?)(?::(\w+))?$/s.exec(text) ?? []
  const dot = path.indexOf('.')
  return dot === -1 ? wholeField(path, type) : memberOf(path.slice(0, dot), path.slice(dot + 1), type)
}

function wholeField(field: string, type: string | undefined): Target | undefined {
  if (field === 'value' && type === 'major') return { field, member: undefined, convert: toPlain, isMajor: true }
  const convert = type === undefined ? conversionOf(field) : undefined
  return convert && { field, member: undefined, convert, isMajor: false }
}

function conversionOf(field: string): Convert | undefined {
  if (field === 'timestamp') return toTime
  if (field === 'value') return toInteger
  if (field === 'currency') return upperCase
  if (OBJECTS.has(field)) return toJson
  return TEXTS.has(field) ? toText : undefined
}

function memberOf(field: string, member: string, type: string | undefined): Target | undefined {
  const usual = OBJECTS.get(field)
  if (!usual || member === '') return undefined
  if (type === undefined) return { field, member, convert: usual, isMajor: false }
  const convert = field === 'properties' || field === 'traits' ? TYPES.get(type) : undefined
  return convert && { field, member, convert, isMajor: false }
}
