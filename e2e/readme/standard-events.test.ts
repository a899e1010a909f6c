import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { STANDARD_EVENTS } from '@threadline/schema'
import { standardEvents } from '@threadline/schema/zod'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { root } from '../../scripts/lib/packages.ts'

const page = readFileSync(join(root, 'docs/standard-events.md'), 'utf8')

/** The rows of its tables of events, as cells. */
const rows = [...page.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, event = '', rest = '']) => {
  const [, properties = '', money = '', source = ''] = rest.split(' | ')
  return { event, properties: properties.split(', '), money, source }
})

interface ObjectSchema {
  readonly properties?: { readonly [name: string]: unknown }
  readonly required?: readonly string[]
}

/** What a schema knows of properties: those that some form has, and those that every form requires. */
function propertiesOf(schema: z.ZodType): { all: string[]; required: string[] } {
  const json = z.toJSONSchema(schema, { unrepresentable: 'any' }) as ObjectSchema & {
    readonly oneOf?: readonly ObjectSchema[]
    readonly anyOf?: readonly ObjectSchema[]
  }
  const forms = json.oneOf ?? json.anyOf ?? [json]
  return {
    all: [...new Set(forms.flatMap((form) => Object.keys(form.properties ?? {})))].sort(),
    required: Object.keys(forms[0]?.properties ?? {})
      .filter((name) => forms.every((form) => form.required?.includes(name)))
      .sort(),
  }
}

const bare = (name: string) => name.replaceAll('*', '')

test('the page of standard events tells of each one', () => {
  expect(rows.map(({ event }) => event).sort()).toEqual(Object.keys(STANDARD_EVENTS).sort())
})

test.each(rows)('$event: its properties, its money and who sends it', ({ event, properties, money, source }) => {
  const name = event as keyof typeof STANDARD_EVENTS
  const known = propertiesOf(standardEvents.definitions[name].schema)
  expect(properties.map(bare).sort()).toEqual(known.all)
  expect(
    properties
      .filter((property) => property.startsWith('**'))
      .map(bare)
      .sort(),
  ).toEqual(known.required)
  const rule = STANDARD_EVENTS[name]
  expect({ money, source }).toEqual({ money: rule.money === 'none' ? 'never' : rule.money, source: rule.source })
})
