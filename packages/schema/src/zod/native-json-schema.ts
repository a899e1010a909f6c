import { z } from 'zod'
import { trackEvent } from './event.ts'
import { batchRequest, batchResponse, errorResponse } from './wire.ts'

/**
 * The native wire as a JSON Schema (2020-12), one definition for each body. `native.schema.json` is this, written down.
 *
 * It says what the shapes are. Rules across members (at least one id, sizes in bytes, placeholders as ids) are beyond
 * JSON Schema and only in the zod schemas.
 */
export function nativeJsonSchema(): { readonly [keyword: string]: unknown } {
  const bodies = z.registry<{ id: string }>()
  bodies.add(trackEvent, { id: 'TrackEvent' })
  bodies.add(batchRequest, { id: 'BatchRequest' })
  bodies.add(batchResponse, { id: 'BatchResponse' })
  bodies.add(errorResponse, { id: 'ErrorResponse' })
  const { schemas } = z.toJSONSchema(bodies, { io: 'input', unrepresentable: 'any', uri: (id) => `#/$defs/${id}` })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Threadline native wire protocol',
    description: 'BatchRequest is the body of POST /v1/batch and /v1/validate, BatchResponse its answer.',
    $defs: Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutAddress(schema)])),
  }
}

/** zod writes each definition as a document of its own; here they live in one, where a fragment is no `$id`. */
function withoutAddress(schema: object): object {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== '$id' && keyword !== '$schema'))
}
