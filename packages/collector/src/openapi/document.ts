import { batchRequest, batchResponse, errorResponse, trackEvent } from '@threadline/schema/zod'
import { z } from 'zod'
import { ERROR_STATUS } from '../http/request-error.ts'
import * as events from './answers/events.ts'
import * as operating from './answers/operating.ts'
import * as parts from './answers/parts.ts'
import * as people from './answers/people.ts'
import * as reports from './answers/reports.ts'
import type { Opener, Operation } from './operations/operation.ts'
import { OPERATIONS } from './operations.ts'

type JsonSchema = z.core.JSONSchema.JSONSchema

/** Schemas with a name of their own, which others refer to. */
const NAMED = {
  TrackEvent: trackEvent,
  BatchRequest: batchRequest,
  BatchResponse: batchResponse,
  Error: errorResponse,
  Person: parts.person,
  EventView: events.eventView,
  Events: events.events,
  Profile: people.profile,
  Group: people.group,
  Timeline: people.timeline,
  ExportLine: people.exportLine,
  Forgotten: people.forgotten,
  People: people.people,
  Overview: reports.overview,
  Series: reports.series,
  Breakdown: reports.breakdown,
  Attribution: reports.attribution,
  Retention: reports.retention,
  EventCounts: reports.eventCounts,
  Catalogue: reports.catalogue,
  Funnel: reports.funnel,
  Revenue: reports.revenue,
  Stages: reports.stages,
  DeliveryHealth: reports.deliveryHealth,
  Health: operating.health,
}

const OPENERS: { readonly [Name in Opener]: object } = {
  senderKey: { type: 'http', scheme: 'bearer', description: 'A pk_ or sk_ key. A batch may hold it as `key` instead.' },
  metricsKey: { type: 'http', scheme: 'bearer', description: 'An mk_ key.' },
  readerKey: { type: 'http', scheme: 'bearer', description: 'An rk_ or sk_ key.' },
  serverKey: { type: 'http', scheme: 'bearer', description: 'An sk_ key.' },
  pageSession: { type: 'apiKey', in: 'cookie', name: 'threadline_page', description: 'The live page, once logged in.' },
}

export interface OpenApiOptions {
  /**
   * Describes objects as closed, to find out what they should have said. A published description leaves them open: a
   * client of today works with the collector of tomorrow.
   *
   * @defaultValue `false`
   */
  readonly closed?: boolean
}

/**
 * The collector's API as an OpenAPI 3.1 document, made of the schemas that check queries and bodies and that describe
 * answers. `openapi.json` is this, written down.
 */
export function openApiDocument({ closed = false }: OpenApiOptions = {}): { readonly [member: string]: unknown } {
  const names = new Map<z.ZodType, string>(Object.entries(NAMED).map(([name, schema]) => [schema, name]))

  function schemaOf(schema: z.ZodType): object {
    const name = names.get(schema)
    return name === undefined ? inline(schema) : { $ref: `#/components/schemas/${name}` }
  }

  return {
    openapi: '3.1.1',
    info: {
      title: 'Threadline collector',
      // Of the API, which its paths begin with; not of the package.
      version: '1',
      description:
        'Takes events, keeps each of them once, and shows whose they are. The endpoints of the five services are not described here.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(OPERATIONS.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: pathsOf(OPERATIONS.map((operation) => [operation, describe(operation, schemaOf)])),
    components: { securitySchemes: OPENERS, schemas: namedSchemas(closed) },
  }
}

function namedSchemas(closed: boolean): object {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(NAMED)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, {
    io: closed ? 'output' : 'input',
    unrepresentable: 'any',
    uri: (id) => `#/components/schemas/${id}`,
  })
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutAddress(schema)]))
}

function inline(schema: z.ZodType): JsonSchema {
  return withoutAddress(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
}

/** zod writes each schema as a document of its own; here they are parts of one. */
function withoutAddress({ $id: _, $schema: __, ...schema }: JsonSchema): JsonSchema {
  return schema
}

/** `paths`: the operations of one path together. */
function pathsOf(described: readonly (readonly [Operation, object])[]): object {
  const paths = new Map<string, { [method: string]: object }>()
  for (const [{ path, method }, operation] of described) paths.set(path, { ...paths.get(path), [method]: operation })
  return Object.fromEntries(paths)
}

function describe(operation: Operation, schemaOf: (schema: z.ZodType) => object): object {
  const { id, tag, summary, description, openedBy, body, answer, otherStatus, errors = [] } = operation
  const parameters = parametersOf(operation)
  const answered = { [answer.type]: { schema: schemaOf(answer.schema) } }
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    // Empty: no key is needed.
    security: (openedBy ?? []).map((opener) => ({ [opener]: [] })),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemaOf(body) }, 'text/plain': { schema: schemaOf(body) } },
      },
    }),
    responses: {
      200: { description: answer.description, content: answered },
      ...(otherStatus && { [otherStatus.status]: { description: otherStatus.description, content: answered } }),
      ...errorsByStatus(errors, { 'application/json': { schema: schemaOf(NAMED.Error) } }),
    },
  }
}

function parametersOf({ path, query, headers = {} }: Operation): readonly object[] {
  const { properties = {}, required = [] } = query ? inline(query) : {}
  return [
    ...(path.includes('{id}') ? [ID_PARAMETER] : []),
    ...(path.includes('{name}') ? [NAME_PARAMETER] : []),
    ...Object.entries(properties).map(([name, schema]) => ({
      name,
      in: 'query',
      ...(required.includes(name) && { required: true }),
      schema,
    })),
    ...Object.entries(headers).map(([name, description]) => ({
      name,
      in: 'header',
      description,
      schema: { type: 'string' },
    })),
  ]
}

const ID_PARAMETER = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'A user id or an anonymous id; of a group, its id.',
  schema: { type: 'string' },
}

const NAME_PARAMETER = {
  name: 'name',
  in: 'path',
  required: true,
  description: 'What the forwarding is called.',
  schema: { type: 'string' },
}

const RETRY_AFTER = { 'retry-after': { description: 'Seconds to wait.', schema: { type: 'integer' } } }

function errorsByStatus(codes: NonNullable<Operation['errors']>, content: object): object {
  const byStatus = new Map<number, string[]>()
  for (const code of codes) {
    const status = ERROR_STATUS[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      { description: names.join(', '), ...((status === 429 || status === 503) && { headers: RETRY_AFTER }), content },
    ]),
  )
}
