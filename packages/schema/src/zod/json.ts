import { LIMITS } from '../limits.ts'
import { utf8Bytes } from '../utf8.ts'

/** Between what sizes a value lies as UTF-8 JSON, or why it is no JSON. */
export type JsonMeasure = { readonly minBytes: number; readonly maxBytes: number } | { readonly problem: string }

/**
 * Walks a value and finds bounds of its size as JSON, without serialising it.
 *
 * Refuses what JSON cannot carry (functions, BigInt, NaN, class instances), more than {@link LIMITS.depth} levels, and
 * so cycles, and members called `__proto__`, which a careless copy would turn into a prototype. Stops as soon as the
 * lower bound passes `limitBytes`: a graph that shares its nodes could be walked for hours.
 */
export function measureJson(value: unknown, limitBytes: number): JsonMeasure {
  let minBytes = 0
  let maxBytes = 0
  let problem: string | undefined

  // A character is one byte of JSON or more, at most six (`\u0000`); then quotes and a comma or colon.
  function addText(length: number): void {
    minBytes += length + 2
    maxBytes += length * 6 + 3
  }

  function walkObject(node: object, depth: number): void {
    minBytes += 2
    maxBytes += 3
    if (depth === LIMITS.depth) problem = `nested deeper than ${LIMITS.depth} levels`
    else if (Array.isArray(node)) {
      for (const item of node) walk(item, depth + 1)
    } else if (isPlainObject(node)) {
      for (const key of Object.keys(node)) walkMember(key, node[key], depth)
    } else problem = 'an instance of a class is not JSON'
  }

  function walkMember(key: string, member: unknown, depth: number): void {
    if (key === '__proto__') problem = 'a member may not be called __proto__'
    if (member === undefined) return
    addText(key.length)
    walk(member, depth + 1)
  }

  function walk(node: unknown, depth: number): void {
    if (problem !== undefined || minBytes > limitBytes) return
    if (typeof node === 'string') addText(node.length)
    else if (typeof node === 'object' && node !== null) walkObject(node, depth)
    else if (typeof node === 'boolean' || node === null || Number.isFinite(node)) {
      minBytes += 1
      maxBytes += 26
    } else problem = `${typeof node === 'number' ? String(node) : `a value of type ${typeof node}`} is not JSON`
  }

  walk(value, 0)
  return problem === undefined ? { minBytes, maxBytes } : { problem }
}

/** Tells whether a value takes more than `limitBytes` as UTF-8 JSON. False for what is no JSON. */
export function exceedsBytes(value: unknown, limitBytes: number): boolean {
  const measure = measureJson(value, limitBytes)
  if ('problem' in measure || measure.maxBytes <= limitBytes) return false
  return measure.minBytes > limitBytes || utf8Bytes(JSON.stringify(value)) > limitBytes
}

/** Tells whether a value is an object as a literal or `JSON.parse` makes it. */
export function isPlainObject(value: unknown): value is { readonly [key: string]: unknown } {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
