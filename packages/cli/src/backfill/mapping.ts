import { toMinorUnits } from '@threadline/schema'
import { usageError } from '../cli-error.ts'
import { RowError } from './row-error.ts'
import type { Fields } from './source-row.ts'
import { FIELDS, findTarget, parseTarget, type Target } from './target.ts'

/** `--map` and `--set`, as they were typed. */
export interface MappingOptions {
  /** `TARGET=COLUMN` */
  readonly map: readonly string[]
  /** `TARGET=VALUE` */
  readonly set: readonly string[]
}

interface Rule {
  readonly target: Target
  readonly read: (fields: Fields) => unknown
}

/** How rows become events. */
export interface Mapping {
  /** The event's fields, not yet checked. @throws RowError */
  apply(fields: Fields): { readonly [field: string]: unknown }
  /** Columns that go nowhere, when they are known in advance. */
  readonly ignored: readonly string[]
}

/**
 * Makes the mapping: columns that are called like a place in an event go there, `map` sends others there, and `set`
 * fills a place with the same value in every row.
 *
 * @param columns - The columns of a CSV header. Absent for NDJSON, whose rows differ.
 * @throws CliError `usage` when a place does not exist or is filled twice, or a column does not exist.
 */
export function createMapping({ map, set }: MappingOptions, columns?: readonly string[]): Mapping {
  const rules = new Map<string, Rule>()
  const used = new Set<string>()

  function add(target: Target, read: Rule['read']): void {
    const place = placeOf(target)
    if (rules.has(place)) throw usageError(`${place} is filled twice`)
    rules.set(place, { target, read })
  }

  for (const [place, column] of map.map((text) => split('--map', text))) {
    if (columns && !columns.includes(column)) throw usageError(`the file has no column ${JSON.stringify(column)}`)
    used.add(column)
    add(parseTarget(place), (fields) => fields(column))
  }
  for (const [place, value] of set.map((text) => split('--set', text))) add(parseTarget(place), () => value)
  for (const column of columns ?? FIELDS) {
    const target = findTarget(column)
    if (!target || rules.has(placeOf(target))) continue
    used.add(column)
    add(target, (fields) => fields(column))
  }

  // A member overrides the whole it belongs to, so it comes later.
  const inOrder = [...rules.values()].sort(
    (a, b) => Number(a.target.member !== undefined) - Number(b.target.member !== undefined),
  )
  return {
    ignored: (columns ?? []).filter((column) => !used.has(column)),
    apply: (fields) => toEvent(inOrder, fields),
  }
}

function toEvent(rules: readonly Rule[], fields: Fields): { readonly [field: string]: unknown } {
  const event = new Map<string, unknown>()
  const members = new Map<string, Map<string, unknown>>()
  let isMajor = false

  function membersOf(field: string): Map<string, unknown> {
    const present = members.get(field) ?? new Map<string, unknown>()
    members.set(field, present)
    return present
  }

  for (const { target, read } of rules) {
    const value = read(fields)
    if (value === undefined) continue
    const converted = target.convert(value)
    isMajor ||= target.isMajor
    if (target.member === undefined) event.set(target.field, converted)
    else membersOf(target.field).set(target.member, converted)
  }
  if (isMajor) event.set('value', minorUnits(event.get('value'), event.get('currency')))
  for (const [field, entries] of members)
    event.set(field, { ...ownObject(event.get(field)), ...Object.fromEntries(entries) })
  return Object.fromEntries(event)
}

function ownObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

function minorUnits(amount: unknown, currency: unknown): number {
  if (typeof currency !== 'string') throw new RowError('invalid_currency', 'value:major needs a currency')
  try {
    return toMinorUnits(typeof amount === 'number' ? amount : String(amount).trim(), currency)
  } catch (error) {
    throw noAmount(error)
  }
}

function noAmount(error: unknown): RowError {
  return new RowError('invalid_value', error instanceof Error ? error.message : 'no amount')
}

function placeOf({ field, member }: Target): string {
  return member === undefined ? field : `${field}.${member}`
}

function split(option: string, text: string): readonly [string, string] {
  const equals = text.indexOf('=')
  if (equals < 1) throw usageError(`${option} is TARGET=…: got ${JSON.stringify(text)}`)
  return [text.slice(0, equals), text.slice(equals + 1)]
}
