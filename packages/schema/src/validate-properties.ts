import { type EventCatalogue, eventSchema } from './define-events.ts'
import type { JsonObject } from './event.ts'
import type { StandardIssue } from './standard-schema.ts'

export type PropertiesResult =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly issues: readonly StandardIssue[] }

/**
 * Checks an event's properties against its schema in the catalogue. Never throws.
 *
 * `value` is the schema's output, with its defaults and transforms. A name the catalogue does not know passes, unless
 * the catalogue is closed; names that start with `$` always pass. Absent properties are checked as `{}`.
 * A schema that validates asynchronously is refused: capturing does not wait.
 */
export function validateProperties(
  catalogue: EventCatalogue,
  name: string,
  properties: JsonObject | undefined,
): PropertiesResult {
  const given = properties ?? {}
  const schema = eventSchema(catalogue, name)
  if (schema === undefined) {
    if (!catalogue.closed || name.startsWith('$')) return { ok: true, value: given }
    return refused(`${name} is not in the catalogue, which is closed`)
  }
  try {
    const result = schema['~standard'].validate(given)
    // Of whatever realm or library.
    if ('then' in result) {
      result.then(undefined, () => {
        // Nobody reads it, and an unhandled rejection would end the process.
      })
      // zod answers so for a check that throws, too.
      return refused(`the schema of ${name} answers with a promise (an asynchronous check?): capturing cannot wait`)
    }
    if (result.issues) return { ok: false, issues: result.issues }
    if (isObject(result.value)) return { ok: true, value: result.value }
    return refused(`the schema of ${name} gives no object`)
  } catch (error) {
    return refused(`the schema of ${name} threw: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Issues as one line for a person: `plan: expected string; seats.0: too small`. At most the first five. */
export function describeIssues(issues: readonly StandardIssue[]): string {
  const lines = issues.slice(0, 5).map(({ message, path = [] }) => {
    const place = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
    return place === '' ? message : `${place}: ${message}`
  })
  if (issues.length > lines.length) lines.push(`and ${issues.length - lines.length} more`)
  return lines.join('; ')
}

function refused(message: string): PropertiesResult {
  return { ok: false, issues: [{ message }] }
}

/** As deep as it needs to go: what is inside is JSON once it has been serialised. */
function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
