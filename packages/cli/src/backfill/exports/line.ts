import { isCurrency, toMinorUnits } from '@threadline/schema'
import { toText } from '../convert.ts'

/** A JSON object of a service's export. */
export interface Line {
  readonly [member: string]: unknown
}

/** Makes the canonical events of one line, still to be checked. An id that the line does not have is made of the line. */
export type ReadLine = (line: Line) => readonly Line[]

export function isLine(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text that is not empty; a number as text. @throws RowError when the number is not exact. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return toText(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** Members without those that say nothing; undefined when that leaves none. */
export function present(members: Line): Line | undefined {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined && value !== null && value !== '')
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

/** `all` without the members that have gone elsewhere. */
export function without(all: Line, names: readonly string[]): Line {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)))
}

/** Campaign parameters under their full names, as `utm`. */
export function utmOf(all: Line): Line | undefined {
  return present(Object.fromEntries(UTM.map((name) => [name.replace('utm_', ''), textOf(all[name])])))
}

export const UTM: readonly string[] = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content']

/** An amount and its currency in minor units; nothing unless both are beyond doubt. */
export function moneyOf(amount: unknown, currency: unknown): { readonly value?: number; readonly currency?: string } {
  const code = textOf(currency)?.trim().toUpperCase()
  if (!isCurrency(code) || (typeof amount !== 'number' && typeof amount !== 'string')) return {}
  try {
    return { value: toMinorUnits(amount, code), currency: code }
  } catch {
    return {}
  }
}

/** A `$` in front is reserved: other services' own events go without it. */
export function plainName(event: unknown): unknown {
  return typeof event === 'string' ? event.replace(/^\$+/, '') : event
}
